"""Lists of the office to take along: spreadsheets, documents, data."""
