"""Where a host signs an agreement without an account, and where anybody checks a signed copy."""
