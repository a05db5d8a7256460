"""Reading of files that people send. Runs in a process of its own (`sojourn.common.child`)."""
