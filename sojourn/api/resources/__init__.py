"""What the API gives: one file a resource, with its fields, how a record fills them, its routes."""
