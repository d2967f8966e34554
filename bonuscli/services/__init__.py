"""The verbs: read all facts, one pure call, one transaction."""
