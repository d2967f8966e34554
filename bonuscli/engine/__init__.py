"""The engine: pure functions from facts to entries.  No file, no clock, no chance, no float."""
