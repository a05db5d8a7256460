"""Which courses of the catalogue resemble each other: kept up to date beside the snapshot.

`service.similarity_table(snapshot)` gives the table, or None while the first is being made.
"""
