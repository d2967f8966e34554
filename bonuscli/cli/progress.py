"""A progress bar, drawn by rich on a terminal alone, and only for what takes over a second."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bonuscli.cli.answers import harmless

if TYPE_CHECKING:
    from bonuscli.cli.call import Call

Progress = Callable[[str, int, int | None, int], None]

# What takes less is over before a bar has been read.
SHOWN_AFTER_SECONDS = 1.0


@contextmanager
def progress_bar(call: "Call", unit: str | None = "receipts") -> Iterator[Progress | None]:
    """A bar on a terminal for what takes over a second, with a count of ``unit`` if there is one; None where nobody
    looks."""
    if call.quiet or not sys.stderr.isatty():
        yield None
        return
    bar = _Bar(unit)
    try:
        yield bar.advance
    finally:
        bar.close()


class _Bar:
    """How much is done of each file or work; drawn by rich from the first second on."""

    def __init__(self, unit: str | None) -> None:
        self._unit = unit
        self._began = time.monotonic()
        self._bar: Any = None
        self._tasks: dict[str, Any] = {}

    def advance(self, name: str, done: int, whole: int | None, count: int) -> None:
        """Show how far a file is read or a work is done, and how many units have come in all."""
        if self._bar is None:
            if time.monotonic() - self._began < SHOWN_AFTER_SECONDS:
                return
            self._bar = self._draw()
        if name not in self._tasks:
            self._tasks[name] = self._bar.add_task(harmless(Path(name).name), total=whole, count=0)
        self._bar.update(self._tasks[name], completed=done, count=count)

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._bar is not None:
            self._bar.stop()

    def _draw(self) -> Any:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            *((TextColumn(f"{{task.fields[count]}} {self._unit}"),) if self._unit else ()),
            TimeRemainingColumn(),
            console=Console(file=sys.stderr),
            transient=True,
        )
        bar.start()
        return bar
