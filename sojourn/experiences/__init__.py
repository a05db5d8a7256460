"""What returned students report, and messages to people who went before."""
