"""How many examples the properties of single receipts look at: ``BONUSCLI_EXAMPLES``, 300 where it is not set."""

import os

EXAMPLES = int(os.environ.get("BONUSCLI_EXAMPLES", "300"))
