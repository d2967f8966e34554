"""The store: rows in, rows out.  It knows no rule of any program."""
