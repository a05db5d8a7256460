"""Advising: office hours, appointments, the walk-in queue, questions, self-arranged places."""
