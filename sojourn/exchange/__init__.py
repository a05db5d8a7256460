"""Standards at the border: calendars now, student-data exchange to come."""
