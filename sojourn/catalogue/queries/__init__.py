"""What pages and the API read from the snapshot: searches and lists."""
