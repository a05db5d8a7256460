"""How fast the allocation engine is, beside the packages one would otherwise use."""
