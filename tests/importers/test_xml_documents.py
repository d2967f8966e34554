"""XML of any kind: one document at a time, its encoding as declared, and what is dangerous refused with its line."""

import gzip
import random
import tracemalloc
from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.importers import open_receipts
from bonuscli.importers.profile import load_profile
from bonuscli.importers.xml_documents import MAX_DEPTH, MAX_TAG_BYTES, XmlFile, elements
from tests.importers.shops import FORMATS

HEAD = '<?xml version="1.0"?>\n<Log xmlns:a="urn:a">\n'


def found(content, encoding="utf-8-sig"):
    """All documents of a file, as (line, value)."""
    path = Path("day.xml")
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [(each.line, each.value) for each in XmlFile(path, encoding, frozenset(["Sale"]), frozenset(["Log", "Box"]))]


def refused(content, encoding="utf-8-sig"):
    """The error of a file as (message, line)."""
    with pytest.raises(BonusError) as caught:
        found(content, encoding)
    assert caught.value.code == "bad_file"
    name, _, line = caught.value.where.partition(":")
    assert name == "day.xml"
    return caught.value.message, int(line)


def test_documents_take_the_shape_of_json():
    """Children and attributes by name without prefixes, lists where a name repeats, text beside attributes."""
    text = HEAD + '<a:Sale id="7"><n>1</n><n a:unit="kg"> 2 </n><a:m>x &amp; <![CDATA[<y>]]></a:m><e/></a:Sale>\n</Log>'
    assert found(text) == [(3, {"@id": "7", "n": ["1", {"@unit": "kg", "": "2"}], "m": "x & <y>", "e": ""})]


def test_documents_are_found_where_they_belong():
    """In the root and in its wrappers, however deep; not inside a document or inside something else."""
    text = "<Log><Sale>1</Sale><Box><Box><Sale>2</Sale></Box></Box><Other><Sale>no</Sale><Box><Sale>no</Sale></Box>"
    assert found(text + "</Other><Sale><Sale>3</Sale></Sale></Log>") == [(1, "1"), (1, "2"), (1, {"Sale": "3"})]


def test_a_document_may_be_the_root():
    """One receipt alone in a file."""
    assert found("<Sale><n>1</n></Sale>") == [(1, {"n": "1"})]


@pytest.mark.parametrize("encoding", ["windows-1251", "utf-8", "cp866", "koi8-r"])
def test_the_declared_encoding_counts(encoding):
    """As the file says it is written, plain or packed, with a BOM or without."""
    text = f"<?xml version='1.0' encoding = '{encoding}' ?><Log><Sale>Чай</Sale></Log>".encode(encoding)
    for content in (text, gzip.compress(text), (b"\xef\xbb\xbf" if encoding == "utf-8" else b"") + text):
        assert found(content) == [(1, "Чай")]


def test_a_bom_goes_before_a_declaration():
    """Editors save a file as UTF-8 and leave what it said of itself."""
    text = "<?xml version='1.0' encoding='windows-1251'?><Log><Sale>Чай</Sale></Log>".encode("utf-8-sig")
    assert found(text) == found(text, "windows-1251") == [(1, "Чай")]


def test_a_profile_may_know_the_encoding_better():
    """An encoding of the profile goes before what the file says of itself; auto leaves it to the file."""
    text = "<?xml version='1.0' encoding='utf-8'?><Log><Sale>Чай</Sale></Log>".encode("cp1251")
    assert found(text, "cp1251") == [(1, "Чай")]
    assert refused(text, "auto") == ("byte 0xD7 is not utf-8 text", 1)


@pytest.mark.parametrize("encoding", ["utf-7", "utf-16", "zlib", "rot13", "base64", "no-such", ""])
def test_an_encoding_that_is_none_is_refused(encoding):
    """What could hide signs of XML, or unpack itself."""
    message, line = refused(f"<?xml version='1.0' encoding='{encoding}'?><Log/>")
    assert (message, line) == (f"the file says that its encoding is {encoding!r}, which cannot be read", 1)


ENTITIES = '<!DOCTYPE Log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "content, message, line",
    [
        ("", "broken XML: the file is empty", 1),
        (" \n", "broken XML: the file is empty", 2),
        ("receipt_id,at\n", "broken XML: syntax error", 1),
        (f"\n{ENTITIES}<Log><Sale>&b;</Sale></Log>", "the file has a DTD (<!DOCTYPE), which is not read", 2),
        ('<!DOCTYPE Log SYSTEM "file:///etc/passwd"><Log/>', "the file has a DTD (<!DOCTYPE), which is not read", 1),
        ("<Log>\n<Sale>&passwd;</Sale></Log>", "broken XML: undefined entity", 2),
        ("<Log>\n<Sale><n></Sale></Log>", "broken XML: mismatched tag", 2),
        ("<Log>\n<Sale><n a='1' a='2'/></Sale></Log>", "broken XML: duplicate attribute", 2),
        ("<Log>\n<Sale>1</Sale>\n<Sale>2", "broken XML: the file breaks off before it ends", 3),
        ("<Log><Sale>\x01</Sale></Log>", "broken XML: not well-formed (invalid token)", 1),
        ("<Log/>\n<Log/>", "broken XML: junk after document element", 2),
        ("<html><Sale/></html>", "the root is html", 1),
        ("<Log><Sale>" + "<n>" * MAX_DEPTH, f"elements are nested deeper than {MAX_DEPTH}", 1),
        ("<n>" * 1_000_000, "the root is n", 1),
        ("<Log><Other>" + "<n>" * 100_000, f"elements are nested deeper than {MAX_DEPTH}", 1),
        ("<Log><!-- " + "x" * 2 * MAX_TAG_BYTES, f"a tag or comment is longer than {MAX_TAG_BYTES:,} bytes", 1),
        ("<Log><Sale a='" + "x" * 2 * MAX_TAG_BYTES, f"a tag or comment is longer than {MAX_TAG_BYTES:,} bytes", 1),
    ],
)
def test_what_is_broken_or_dangerous_names_its_line(content, message, line):
    """An error with file and line, never an entity unfolded and never a traceback."""
    assert refused(content) == (message, line)


def test_a_document_without_end_is_refused(monkeypatch):
    """Text and elements of one document are counted together."""
    monkeypatch.setattr("bonuscli.importers.xml_documents.MAX_DOCUMENT", 10_000)
    for text in ("x" * 10_000, "<n/>" * 200, "<n a='" + "x" * 10_000 + "'/>"):
        message, _ = refused(f"<Log><Sale>{text}</Sale></Log>")
        assert message == "one document has more than 10,000 characters"


def test_what_stood_whole_before_a_break_is_given_first():
    """The documents of the same piece of the file are not lost with the broken one."""
    Path("day.xml").write_text("<Log><Sale>1</Sale><Sale>2</Sale><Sale></n></Log>")
    seen = []
    with pytest.raises(BonusError, match="mismatched tag"):
        seen.extend(XmlFile(Path("day.xml"), "utf-8-sig", frozenset(["Sale"]), frozenset(["Log"])))
    assert [each.value for each in seen] == ["1", "2"]


def test_memory_holds_one_document_and_not_the_file():
    """A file of 20 MB is read in less than 2."""
    sale = "<Sale><n>" + "x" * 1_000 + "</n></Sale>\n"
    with Path("day.xml").open("w") as stream:
        stream.write("<Log>")
        for _ in range(20):
            stream.write(sale * 1_000)
        stream.write("</Log>")
    tracemalloc.start()
    count = sum(1 for _ in XmlFile(Path("day.xml"), "utf-8-sig", frozenset(["Sale"]), frozenset(["Log"])))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 2_000_000


def test_elements_are_told_however_often_they_stand():
    """None, one, or many; a text among them like an element."""
    assert elements({}, "n") == []
    assert elements({"n": "1"}, "n") == [{"": "1"}]
    assert elements({"g": [{"n": "1"}, "text", {"n": ["2", {"@u": "kg"}]}]}, "g", "n") == [
        {"": "1"}, {"": "2"}, {"@u": "kg"},
    ]  # fmt: skip


@pytest.mark.parametrize("sample", ["commerceml/documents.xml", "poslog/poslog.xml", "poslog/receipts.xml"])
def test_a_damaged_sample_is_never_a_crash(measures, sample):
    """Pieces cut out, doubled, and bytes changed: receipts, rejects, or an error with its place."""
    whole = (FORMATS / sample).read_bytes()
    profile = load_profile(sample.partition("/")[0])
    chance = random.Random(7)
    outcomes = set()
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            start = chance.randrange(len(content))
            piece = content[start : start + chance.choice((1, 5, 60))]
            match chance.randrange(4):
                case 0:
                    del content[start : start + len(piece)]
                case 1:
                    content[start:start] = piece * 2
                case 2:
                    content[start] = chance.choice(b"0x<>&-/= ")
                case _:
                    tags = [place for place in range(len(content)) if content[place : place + 1] == b">"]
                    one, other = sorted(chance.sample(tags, 2))
                    content[one + 1 : other + 1] = b""
        Path("day.xml").write_bytes(content)
        try:
            outcomes |= {type(item).__name__ for item in open_receipts(Path("day.xml"), profile, measures)}
        except BonusError as problem:
            outcomes.add(problem.code)
    assert outcomes == {"Read", "Reject", "bad_file"}
