"""What several tests need to set a stage: a running site, a browser, a filled catalogue."""
