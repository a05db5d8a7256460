"""The human half: office hours, appointments, the walk-in queue, questions, own proposals."""
