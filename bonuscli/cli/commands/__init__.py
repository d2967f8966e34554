"""One module for each command, or for the few that read alike; see ``registry`` for the pattern."""
