"""SQLite's module, without the Python around its C.

``sqlite3`` loads ``datetime`` and ``collections`` for converters of dates which no table here has, and its C part takes
one function out of ``functools``, which loads more: together 0.45 of what Python takes to start.  The classes and
functions here are those of ``sqlite3`` itself, from where it takes them, and so is the C of ``lru_cache``.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3 as sqlite3
else:
    import sys

    def _lru_cache(maxsize):
        """``functools.lru_cache`` as SQLite's connections call it for their statements."""
        from _functools import _lru_cache_wrapper

        return lambda function: _lru_cache_wrapper(function, maxsize, False, lambda *figures: figures)

    def _load():
        """``_sqlite3``, for which the function above stands in ``functools`` while it loads, if that is not there."""
        import _functools  # without it the real one must do

        stands_in = "functools" not in sys.modules and hasattr(_functools, "_lru_cache_wrapper")
        if stands_in:
            sys.modules["functools"] = functools = type(sys)("functools")
            functools.lru_cache = _lru_cache
        try:
            import _sqlite3

            return _sqlite3
        finally:
            if stands_in:
                del sys.modules["functools"]

    try:
        sqlite3 = _load()
    except ImportError:  # an interpreter that keeps them elsewhere
        import sqlite3

    # For each NULL and each blob that is bound the module looks for an adapter.  To find none takes it 0.25 us, to find
    # one that gives back what it got 0.1: a receipt of three lines has some twenty.
    sqlite3.register_adapter(type(None), {}.get)
    sqlite3.register_adapter(bytes, bytes)
