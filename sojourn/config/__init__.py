"""How the parts of Sojourn are put together: settings, addresses and the web server's entry."""
