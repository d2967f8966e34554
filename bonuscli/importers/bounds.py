"""How much one receipt may hold, whoever tells it: a till's object, a row of a file, a document.

These numbers stand alone, so that a till's receipt does not wait for the readers of files (20 ms).
"""

# Characters of one text.
MAX_TEXT = 500
# The ledger's bound on one figure; 10,000 lines of it still fit 63 bits.
MAX_FIGURE = 10**12
MAX_LINES = 10_000
