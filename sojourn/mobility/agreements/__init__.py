"""The agreement of a stay: filled, signed by each side, changed by deltas, proved afterwards."""
