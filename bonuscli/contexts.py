"""``contextmanager``, ``suppress`` and ``closing`` without ``contextlib``.

That loads ``functools`` and ``collections`` too, a third of what Python takes to start, and a till's command wants
nothing else of them.

Checkers are shown the standard ones; a test holds the two against each other.
"""

TYPE_CHECKING = False


class _Steps:
    """A generator between its two halves, as of ``contextlib``."""

    __slots__ = ("_steps",)

    def __init__(self, steps):  # type: ignore[no-untyped-def]
        self._steps = steps

    def __enter__(self):  # type: ignore[no-untyped-def]
        return next(self._steps)

    def __exit__(self, kind, problem, trace):  # type: ignore[no-untyped-def]
        if kind is None:
            for _ in self._steps:
                raise RuntimeError("the generator goes on after its second half")
            return False
        try:
            self._steps.throw(problem)
        except StopIteration as ended:
            return ended is not problem
        except BaseException as raised:
            if raised is problem or _is_told_of(raised, problem):
                problem.__traceback__ = trace
                return False
            raise
        raise RuntimeError("the generator goes on after its second half")


def _is_told_of(raised, problem):  # type: ignore[no-untyped-def]
    """Whether Python has put a StopIteration that went through a generator into a RuntimeError."""
    return isinstance(raised, RuntimeError) and isinstance(problem, StopIteration) and raised.__cause__ is problem


if TYPE_CHECKING:
    from contextlib import closing as closing
    from contextlib import contextmanager as contextmanager
    from contextlib import suppress as suppress
else:

    def contextmanager(function):
        """What a generator function becomes that yields once: a function that gives a context manager."""

        def begin(*given, **named):
            return _Steps(function(*given, **named))

        begin.__name__, begin.__qualname__, begin.__doc__ = function.__name__, function.__qualname__, function.__doc__
        begin.__module__, begin.__wrapped__ = function.__module__, function
        return begin

    class suppress:
        """Errors of these kinds end the block and nothing else."""

        __slots__ = ("_kinds",)

        def __init__(self, *kinds):
            self._kinds = kinds

        def __enter__(self):
            return None

        def __exit__(self, kind, problem, trace):
            return kind is not None and issubclass(kind, self._kinds)

    class closing:
        """Whatever happens in the block, what was given is closed at its end."""

        __slots__ = ("_opened",)

        def __init__(self, opened):
            self._opened = opened

        def __enter__(self):
            return self._opened

        def __exit__(self, kind, problem, trace):
            self._opened.close()
