"""Maps: one description of a map, and its renderers."""
