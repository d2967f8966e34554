"""The page of reports names each with its options, as the command takes them."""

import re
from pathlib import Path

import pytest

from bonuscli.reports import REPORTS


@pytest.fixture(scope="module")
def page_rows(root: Path) -> dict[str, str]:
    """Report -> its row."""
    page = (root / "docs" / "reports.md").read_text(encoding="utf-8")
    return {row[1]: row[0] for row in re.finditer(r"^\| `([a-z-]+)` \|.*$", page, re.MULTILINE)}


@pytest.mark.parametrize("name", REPORTS)
def test_the_page_has_each_report_with_its_options(page_rows: dict[str, str], name: str) -> None:
    """One row, in which every option of the report stands, with its groups, and no other option."""
    row = page_rows[name]
    options = REPORTS[name].options
    assert set(re.findall(r"--([a-z-]+)", row)) - {"pii"} == set(options)
    if "by" in options:
        *_, groups = re.findall(r"--by ([a-z|\\]+)", row)
        assert tuple(groups.replace("\\", "").split("|")) == options["by"]


def test_the_page_has_no_report_that_is_gone(page_rows: dict[str, str]) -> None:
    """A row for what is no report is a promise that nobody keeps."""
    assert page_rows.keys() == REPORTS.keys()
