"""A student on one page: the list, the page, and what the office begins with a student."""
