"""The money of stays: a list with sums, a file for the finance office, and each stay's ledgers."""
