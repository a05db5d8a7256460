"""What every layer uses and that knows none of them: locks, downloads, the data folder."""
