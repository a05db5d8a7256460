"""What the portal's templates can do beside Django's own tags."""
