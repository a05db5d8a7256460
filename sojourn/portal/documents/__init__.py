"""A plan to take along: as a document, as a spreadsheet."""
