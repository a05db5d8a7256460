"""Experience reports, and messages to students who went before."""
