"""How sure trading areas are, how much they hang on their numbers, and which method foretells best."""
