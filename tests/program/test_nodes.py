"""YAML text to nodes: scalars stay as written, every node knows its place, what is dangerous is refused."""

import pytest

from bonuscli.program.nodes import MAX_BYTES, ListNode, MapNode, Node, TextNode, UnreadNode, locate, read_nodes
from bonuscli.program.problems import Problems


def read(text: str) -> tuple[MapNode | None, list[tuple[str, int, int]]]:
    """The tree, and (code, line, column) of each problem."""
    problems = Problems("x.yaml", text)
    root = read_nodes(text, problems)
    return root, [(problem.code, problem.line, problem.column) for problem in problems.in_order()]


def as_plain(node: Node) -> object:
    if isinstance(node, MapNode):
        return {key.text: as_plain(value) for key, value in node.pairs}
    if isinstance(node, ListNode):
        return [as_plain(item) for item in node.items]
    return node.text if isinstance(node, TextNode) else None


@pytest.mark.parametrize(
    "written",
    [
        "NO",
        "yes",
        "on",
        "12:30",
        "0123",
        "0o17",
        "0x1F",
        "1e3",
        "1_000",
        "null",
        "~",
        "true",
        "2026-12-01",
        ".inf",
        "+5",
        "=",
    ],
)
def test_plain_scalars_stay_as_written(written: str) -> None:
    """No word of YAML's is turned into a number, a date, a flag or nothing, quoted or not."""
    root, problems = read(f"plain: {written}\nquoted: '{written}'\n{written}: key\n")
    assert root is not None
    assert problems == []
    assert as_plain(root) == {"plain": written, "quoted": written, written: "key"}


def test_every_node_has_its_line_and_column() -> None:
    """Places count from 1 and are those of the value, whatever the style."""
    root, _ = read("a: {b: [x, y]}\nc:\n  - d: 1\n    'e': \"two\"\n")
    assert root is not None
    places = {
        path: (node.line, node.column)
        for path in [("a",), ("a", "b"), ("a", "b", 1), ("c",), ("c", 0), ("c", 0, "d"), ("c", 0, "e")]
        for node in [locate(root, *path)]
    }
    assert places == {
        ("a",): (1, 4),
        ("a", "b"): (1, 8),
        ("a", "b", 1): (1, 12),
        ("c",): (3, 3),
        ("c", 0): (3, 5),
        ("c", 0, "d"): (3, 8),
        ("c", 0, "e"): (4, 10),
    }


def test_locate_stops_at_the_last_node_of_a_path() -> None:
    """A path that goes on where the text does not gives the last node on it."""
    root, _ = read("a: {b: x}\n")
    assert root is not None
    assert locate(root, "a", "b", 0) == TextNode(1, 8, "x")
    assert locate(root, "a", "z", "y") == locate(root, "a")


def test_places_count_characters_of_any_alphabet() -> None:
    """Columns count characters, not bytes, after Cyrillic letters, too."""
    assert read('имя: "кофе"\nимя: "чай"\n')[1] == [("duplicate_key", 2, 1)]
    assert read("кофе: [чай, &a мята]\n")[1] == [("anchor", 1, 13)]


@pytest.mark.parametrize(
    "text, problems",
    [
        ("a: 1\na: 2\n", [("duplicate_key", 2, 1)]),
        ("a: {b: 1, 'b': 2}\n", [("duplicate_key", 1, 11)]),
        ("a: &x 1\nb: *x\n", [("anchor", 1, 4), ("alias", 2, 4)]),
        ("a: !!str 1\n", [("tag", 1, 4)]),
        ("a: ! 1\n", [("tag", 1, 4)]),
        ("a: []\n", [("empty_list", 1, 4)]),
        ("a: 1\n---\nb: 2\n", [("second_document", 2, 1)]),
        ("a: 1\n...\n---\nb: 2\n", [("second_document", 3, 1)]),
        ("? {a: 1}\n: 2\n", [("bad_key", 1, 3)]),
        ("a: {b: 1\n", [("bad_yaml", 1, 4)]),
        ("a: \x00\n", [("bad_yaml", 1, 4)]),
        ("", [("wrong_type", 1, 1)]),
        ("- a\n", [("wrong_type", 1, 1)]),
    ],
)
def test_what_a_program_may_not_have(text: str, problems: list[tuple[str, int, int]]) -> None:
    """Each refused feature of YAML is a problem at its own place."""
    assert read(text)[1] == problems


def test_anchors_and_aliases_do_not_multiply() -> None:
    """Aliases of aliases are never written out: a small file stays a small tree."""
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" if n else "a0: &a0 [x]" for n in range(12)]
    root, problems = read("\n".join(levels))
    assert root is not None
    assert {code for code, _, _ in problems} == {"anchor", "alias"}
    assert isinstance(locate(root, "a11", 0), UnreadNode)


def test_depth_is_bounded() -> None:
    """Twenty levels are read; at the twenty-first reading ends, however many there are."""
    assert read("a: " + "[" * 19 + "x" + "]" * 19)[1] == []
    assert read("a: " + "[" * 20 + "x" + "]" * 20 + "\nb: *x\n")[1] == [("too_deep", 1, 23)]
    assert read("[" * 100_000)[1] == [("too_deep", 1, 21)]


def test_size_is_bounded() -> None:
    """A text above 256 KiB is not even parsed."""
    assert read("a: " + "x" * MAX_BYTES)[1] == [("too_large", 1, 1)]
    assert read("# " + "x" * (MAX_BYTES - 10) + "\na: 1\n")[1] == []


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    """A file saved on Windows has the same keys and lines."""
    root, problems = read("\ufeffa: 1\r\nb: 2\r\n")
    assert root is not None
    assert (as_plain(root), problems) == ({"a": "1", "b": "2"}, [])
    key = root.key("b")
    assert key is not None
    assert key.line == 2
