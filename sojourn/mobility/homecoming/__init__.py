"""Coming home: the days that the host certifies, the transcript, and what is recognised."""
