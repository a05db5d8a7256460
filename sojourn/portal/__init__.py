"""The pages that visitors and students see."""
