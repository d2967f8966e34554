"""The store: rows in, rows out.  It knows no rule of any program."""

# What SQLite's header says of a database of ours.
APPLICATION_ID = 0x626F6E75  # "bonu"
SCHEMA_VERSION = 1
