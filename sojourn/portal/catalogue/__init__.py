"""The public pages: find and read about opportunities, institutions, countries, courses."""
