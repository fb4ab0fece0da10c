"""Movement: flows between places, models of them, and how many people are around at which hour."""
