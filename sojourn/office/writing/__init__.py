"""Write to a selection of a list: students, applicants of a round, those with a stay."""
