"""Geodata: the layers of GeoPackage, GeoJSON, TopoJSON, Shapefile and FlatGeobuf."""
