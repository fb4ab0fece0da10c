"""Words for names that look invented."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


#: First names of people.
FIRST = _words(
    "Amber Aster Basalt Bergamot Bramble Cedar Chalk Chervil Cinder Citrine Cobalt Comet Coral Dill Dune Ember Fern "
    "Flint Garnet Ginger Heath Indigo Ivy Jasper Kelp Larch Laurel Maple Marble Mica Moss Nettle Oak Ochre Olive "
    "Onyx Opal Pebble Pepper Quartz Quill Reed Ruby Saffron Sage Slate Sumac Teal Thyme Tuff Umber Willow"
)
#: First halves of family, street and place names.
FRONT = _words(
    "Apple Barley Bellow Biscuit Button Candle Copper Crumpet Drizzle Feather Fiddle Giggle Gravel Honey Kettle "
    "Ladder Marrow Mitten Muffin Noodle Otter Paddle Pickle Puddle Pumpkin Quibble Ribbon Saddle Teacup Thimble "
    "Tinker Treacle Trumpet Turnip Velvet Waffle Walnut Whistle"
)
#: Second halves of the same.
BACK = _words(
    "berry bottom bridge brook bury by cake down field gate hook ham ley moor pot ridge shaw spoon stead stone ton wick"
)
#: Types of street.
STREET_TYPES = _words("Street Avenue Lane Road Way Court Terrace Drive")


def family_names() -> list[str]:
    """Return all family names, such as 'Kettlebrook'."""
    return [front + back for front in FRONT for back in BACK]


def street_names(count: int) -> list[str]:
    """Return `count` distinct street names: 'Kettlebrook Lane', and where they run out 'Maple Kettlebrook Lane'.

    Raises
    ------
    ValueError
        If there are not so many.
    """
    plain = [f"{name} {kind}" for kind in STREET_TYPES for name in family_names()]
    if count > len(plain) * (len(FIRST) + 1):
        msg = f"{count} streets in one zone: ask for more regions"
        raise ValueError(msg)
    names = plain[:count]
    for first in FIRST[: -(-max(0, count - len(plain)) // len(plain))]:
        names += [f"{first} {name}" for name in plain]
    return names[:count]
