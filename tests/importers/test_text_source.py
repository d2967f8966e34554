"""Bytes to lines: in blocks of what is there, and as if each line were read alone."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bonuscli.errors import BonusError
from bonuscli.importers import open_receipts, text_source
from bonuscli.importers.profile import load_profile
from bonuscli.importers.text_source import TextSource
from bonuscli.model import Measures
from tests.importers.shops import Shop


def source_of(raw: bytes, encoding: str = "utf-8") -> TextSource:
    """A source that reads these bytes."""
    return TextSource(Path("day.csv"), encoding, (io.BufferedReader(io.BytesIO(raw), 16), len(raw)))


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "shift_jis", "gbk", "iso2022_jp", "cp037"])
@given(
    parts=st.lists(
        st.sampled_from([b"a,b", b"\n", b"\r\n", b"\r", b"\n\n", "Чай".encode(), b"\xd7", b"\x1b$B", b'$"', b"\x1b(B"])
    )
)
@example([b"\x1b$B", b"\n", b'$"', b"\n"])
def test_lines_are_what_each_of_them_is_alone(encoding: str, parts: list[bytes]) -> None:
    """Wherever a block ends, its lines are those that were decoded one by one, up to the first that is no text."""
    raw = b"x" + b"".join(parts)
    wanted: list[tuple[int, str]] = []
    broken = None
    for number, line in enumerate(io.BytesIO(raw), 1):
        try:
            wanted.append((number, str(line, encoding).rstrip("\r\n")))
        except UnicodeDecodeError as problem:
            broken = f"day.csv:{number}", f"byte 0x{line[problem.start]:02X} is not {encoding} text"
            break
    found: list[tuple[int, str]] = []
    told = None
    try:
        for line in source_of(raw, encoding).lines():
            found.append(line)
    except BonusError as problem:
        told = problem.where, problem.message
    assert (found, told) == (wanted, broken)


def test_a_bom_goes_before_the_encoding_of_a_profile(shop: Shop) -> None:
    """A file that an editor has saved as UTF-8 is no mojibake, and neither are its rejects."""
    Path("till.yaml").write_text(
        "encoding: windows-1251\ncolumns: {receipt_id: id, at: at, amount: sum, shop: shop}\n", encoding="utf-8"
    )
    rows = "id,at,sum,shop\nr1,2026-12-01,5,Чайная\nr2,2026-12-01,5o,Чайная\n"
    Path("day.csv").write_text(rows, encoding="utf-8-sig")
    shop.take("day.csv", "till.yaml", status=5)
    mended = Path("day.csv.rejects.csv").read_text(encoding="utf-8-sig").replace(",5o,Чайная", ",5,Чайная")
    Path("mended.csv").write_text(mended, encoding="utf-8-sig")
    assert shop.take("mended.csv", "till.yaml")["accepted"] == 1
    Path("day.csv").write_text(rows.replace("5o", "5"), encoding="windows-1251")
    assert shop.take("day.csv", "till.yaml")["duplicate"] == 2
    assert shop.stored("shop") == [("Чайная",), ("Чайная",)]


def test_a_live_pipe_is_not_waited_for(measures: Measures, monkeypatch: pytest.MonkeyPatch) -> None:
    """A receipt comes out as soon as the next one has begun, while whoever writes them goes on."""
    reading, writing = os.pipe()
    with open(reading) as stdin, open(writing, "wb", buffering=0) as till:
        monkeypatch.setattr("sys.stdin", stdin)
        till.write(b"receipt_id,at,name,amount\nr1,2026-12-01,Tea,5\nr1,2026-")
        receipts = iter(open_receipts(Path("-"), load_profile("canonical"), measures))
        till.write(b"12-01,Mug,7\nr2,2026-12-01,Tea,5\nr3")
        assert [line.name for line in next(receipts).receipt.lines] == ["Tea", "Mug"]
        till.close()


@pytest.mark.parametrize("rest", [b"", b"\n", b"\nb,c\n"])
def test_the_lines_before_one_without_end_are_read(monkeypatch: pytest.MonkeyPatch, rest: bytes) -> None:
    """A line of so many bytes, its end among them, is no line; those before it are given."""
    monkeypatch.setattr(text_source, "MAX_LINE_BYTES", 100)
    lines = source_of(b"a,b\n" + b"x" * (100 - len(rest[:1])) + rest).lines()
    assert next(lines) == (1, "a,b")
    with pytest.raises(BonusError, match="longer than") as caught:
        next(lines)
    assert caught.value.where == "day.csv:2"
    assert list(source_of(b"a,b\n" + b"x" * 98 + b"\nc").lines())[1:] == [(2, "x" * 98), (3, "c")]
