"""Stays abroad, from nominated to recognised: roads and steps, gates, agreements."""
