"""Who is where on which day, for the closed circle."""
