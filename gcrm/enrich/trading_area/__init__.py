"""Trading areas that are computed: rings, isochrones, Thiessen areas, and those drawn from where customers live."""
