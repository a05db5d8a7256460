"""The look of every page: templates, components, styles, icons and maps."""
