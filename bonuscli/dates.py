"""The classes of ``datetime`` themselves, which are written in C.

The module of that name declares each of them in Python first, up to 3.11: 0.15 of what Python takes to start.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import UTC as UTC
    from datetime import date as date
    from datetime import datetime as datetime
    from datetime import time as time
    from datetime import timedelta as timedelta
    from datetime import timezone as timezone
else:
    try:
        from _datetime import UTC, date, datetime, time, timedelta, timezone
    except ImportError:  # an interpreter that keeps them elsewhere
        from datetime import UTC, date, datetime, time, timedelta, timezone  # noqa: F401 - as above
