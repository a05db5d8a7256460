"""What the templates of the API's reference can do beside Django's own tags."""
