"""The look of Sojourn: base page, components, stylesheet, icons and maps."""
