"""A small invented town as an extract of OpenStreetMap."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr


def tags(**pairs):
    return "".join(f"<tag k={quoteattr(key.replace('__', ':'))} v={quoteattr(value)}/>" for key, value in pairs.items())


def node(number, lon, lat, **pairs):
    return f'<node id="{number}" version="1" lat="{lat}" lon="{lon}">{tags(**pairs)}</node>'


def way(number, *refs, **pairs):
    through = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    return f'<way id="{number}" version="1">{through}{tags(**pairs)}</way>'


def relation(number, members, **pairs):
    """A relation of ways: (number, role)."""
    inside = "".join(f'<member type="way" ref="{ref}" role="{role}"/>' for ref, role in members)
    return f'<relation id="{number}" version="1">{inside}{tags(**pairs)}</relation>'


def extract(*things, box=(24.9, 60.0, 25.0, 60.1)):
    west, south, east, north = box
    bounds = f'<bounds minlon="{west}" minlat="{south}" maxlon="{east}" maxlat="{north}"/>'
    return f"<?xml version='1.0' encoding='UTF-8'?><osm version='0.6'>{bounds}{''.join(things)}</osm>"


def square(first, lon, lat, side):
    """Nodes `first` to `first + 3`, counter-clockwise from the south-west."""
    corners = ((lon, lat), (lon + side, lat), (lon + side, lat + side), (lon, lat + side))
    return "".join(node(first + i, x, y) for i, (x, y) in enumerate(corners))


def ring(first):
    return (first, first + 1, first + 2, first + 3, first)
