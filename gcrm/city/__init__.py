"""A city from one file: an extract of OpenStreetMap becomes the sources of a project.

`extract` reads the file, with a module beside it for each kind of thing; `region` and `sea` put together what the edge
of an extract cuts; `intake` writes it all, with where it comes from, and the settings that name it.
"""
