"""The page of formats: its examples are read as it says."""

import re
from pathlib import Path

import pytest

from bonuscli.clock import Calendar
from bonuscli.importers import Read, open_receipts
from bonuscli.importers.profile import load_profile
from bonuscli.model import Measures
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The examples in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", blocks("yaml"))
def test_profiles_can_be_used_as_they_stand(text: str) -> None:
    """Each profile of the page is valid."""
    Path("till.yaml").write_text(text, encoding="utf-8")
    assert load_profile("till.yaml").name == "till"


def test_receipts_in_json_are_read() -> None:
    """The sale and the return of the page are a sale and a return."""
    (text,) = blocks("json")
    Path("day.jsonl").write_text(text, encoding="utf-8")
    reader = open_receipts(Path("day.jsonl"), load_profile("canonical-jsonl"), Measures(2, 0, Calendar("UTC")))
    assert [(read.receipt.kind, read.receipt.original) for read in reader if isinstance(read, Read)] == [
        ("receipt", None),
        ("return", "A1"),
    ]
