"""The published catalogue in memory: immutable, built in the background, swapped in one step.

`current()` returns the snapshot that this process serves; `types` says what is in it.
"""
