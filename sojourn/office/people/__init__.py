"""Who is who: accounts to let in, student numbers to confirm."""
