"""From one academic year to the next, and the calendar of the office's year."""
