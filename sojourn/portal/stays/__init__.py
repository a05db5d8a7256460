"""A student's own stays: what now, the steps, the days."""
