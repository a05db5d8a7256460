"""The edition: what a faculty writes in YAML and Markdown, and how it enters the catalogue."""
