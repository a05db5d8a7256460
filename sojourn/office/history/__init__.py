"""What was done in the office and by students: the audit trail as a page."""
