"""Maps: one description of a map, and its renderers.

`choropleth` turns figures into a `description.MapDescription`; `render_folium`, `render_print` and `render_browser`
draw it. Nothing else of gcrm knows how maps are drawn.
"""
