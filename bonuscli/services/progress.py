"""How far an import has come, told between its batches: of one file, or of all of them as one."""

from collections.abc import Callable
from pathlib import Path

from bonuscli.services.inbox import Input

# name, bytes read, bytes in all or None, receipts so far
Progress = Callable[[str, int, int | None, int], None]


class OfAll:
    """Progress over all inputs together, as one bar shows it."""

    def __init__(self, progress: Progress, inputs: list[Input]) -> None:
        self._progress = progress
        self._name = f"{len(inputs)} files" if len(inputs) > 1 else ""
        self._sizes = [self._size_of(path) for path, _ in inputs]
        self._whole = sum(self._sizes)
        self._before = 0
        self._receipts = 0

    def __call__(self, name: str, read: int, whole: int | None, receipts: int) -> None:
        """As ``Progress``, of one of the inputs."""
        self._receipts = receipts
        if not self._name:
            self._progress(name, read, whole, receipts)
        else:
            self._progress(self._name, min(self._before + read, self._whole), self._whole, receipts)

    def end_of(self, number: int) -> None:
        """One more input is read, or passed over."""
        self._before += self._sizes[number]
        if self._name:
            self._progress(self._name, self._before, self._whole, self._receipts)

    @staticmethod
    def _size_of(path: Path) -> int:
        try:
            return path.stat().st_size
        except OSError:  # standard input, or told when it is opened
            return 0
