"""The reference of the program language is made of the description that the loader follows."""

import runpy

from tests.conftest import ROOT


def test_the_reference_is_up_to_date() -> None:
    """After a change of the language: ``python tools/program_reference.py``."""
    made = runpy.run_path(str(ROOT / "tools" / "program_reference.py"))["reference"]()
    assert (ROOT / "docs" / "program.md").read_text(encoding="utf-8") == made
