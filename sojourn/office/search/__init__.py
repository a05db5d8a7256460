"""Search over everything of the office: people, work, the catalogue, mails, what one can do."""
