"""A student's own plan: what they study and wish, their top five, their costs."""
