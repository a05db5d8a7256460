"""What each office page shows, prepared for its template."""
