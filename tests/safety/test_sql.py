"""SQL is written in the program and never made of what somebody typed: values go in as parameters.

Every string that is SQL and has something put into it is looked at: what is put in must be a constant of a module (its
name is in capitals), a row of question marks, a number in a format of numbers, or stand in the table below with its
reason.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.style.sources import Source, sources

_SQL = re.compile(
    r"\b(SELECT|INSERT|DELETE FROM|PRAGMA|DROP|CREATE|ALTER|WHERE|JOIN|VALUES|ORDER BY|GROUP BY"
    r"|UPDATE [a-z]|FROM [a-z])\b"
)
_CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")
_NUMBERS = re.compile(r"[.0-9]*[df]")

# file -> (what is put into SQL there, why it is nobody's text)
KNOWN: dict[str, dict[str, str]] = {
    "bonuscli/reports/periods.py": {"', '.join(rows)": "names of parameters, one for each period"},
    "bonuscli/reports/fates.py": {"fate": "a number of FATES"},
    "bonuscli/reports/standing.py": dict.fromkeys(("counts", "name"), "a term with a parameter for each period"),
    "bonuscli/services/glance.py": {"each": "one of two words written there"},
    "bonuscli/store/exports.py": {
        "column": "a column of the caller's, written there",
        "card": "a column written there",
    },
    "bonuscli/services/suspicion.py": {
        "table": "a key of TABLES",
        "', '.join(texts)": "columns of a table of ours, as SQLite describes it",
    },
    "bonuscli/store/append.py": {
        **dict.fromkeys(("table", "_INTO.get(table, table)", "column", "', '.join(columns)"), "names of tables.py"),
        "', '.join([row] * rows)": "question marks",
    },
    "bonuscli/store/checks.py": dict.fromkeys(("table", "columns", "key"), "an item of _STORED"),
    "bonuscli/store/days_anew.py": {"table": "a key of the rows made there"},
    "bonuscli/store/views.py": {"member": "a column written there"},
    "bonuscli/store/dump.py": dict.fromkeys(("table", "order", "', '.join(shown)"), "names of tables.py"),
    "bonuscli/store/erasing.py": {
        "name": "a trigger of tables.py",
        "table": "one of three tables written there",
        **dict.fromkeys(("column", "nothing"), "an item of _FREE_TEXT or _SEALED_TEXT"),
        "holds": "terms with a parameter each",
        "int(wait_seconds * 1000)": "a number",
    },
    "bonuscli/store/reads.py": dict.fromkeys(("table", "columns"), "an item of _HELD"),
    "bonuscli/store/sqlite.py": dict.fromkeys(("pragma", "wanted"), "an item of PRAGMAS"),
    "bonuscli/store/tables.py": dict.fromkeys(
        ("table", "name", "act", "act.lower()", "',\\n  '.join(columns)"), "the schema itself"
    ),
}


def put_into_sql(tree: ast.Module) -> Iterator[tuple[int, ast.expr]]:
    """(line, expression) of everything that is put into a string of SQL."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            values = [each for each in node.values if isinstance(each, ast.FormattedValue)]
            if _SQL.search(_text(node)):
                yield from ((node.lineno, each.value) for each in values if not _is_number(each))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            sides = (node.left, node.right)
            if any(_SQL.search(_text(side)) for side in sides):
                yield from ((node.lineno, side) for side in sides if not _text(side))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            built = node.func.attr in ("format", "format_map", "replace", "join")
            if built and any(_SQL.search(_text(each)) for each in (node.func.value, *node.args)):
                given = (*node.args, *(each.value for each in node.keywords))
                yield from ((node.lineno, each) for each in given if not _text(each))


def _text(node: ast.expr) -> str:
    """The literal text in a string, empty for what is no string."""
    if isinstance(node, ast.JoinedStr):
        return "".join(each.value for each in node.values if isinstance(each, ast.Constant))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_number(value: ast.FormattedValue) -> bool:
    return isinstance(value.format_spec, ast.JoinedStr) and bool(_NUMBERS.fullmatch(_text(value.format_spec)))


def is_ours(node: ast.expr) -> bool:
    """Whether an expression is a constant, a part of one, question marks, or is made of these alone."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Name):
        return bool(_CONSTANT.fullmatch(node.id))
    if isinstance(node, ast.Attribute):
        return is_ours(node.value) or node.attr == "_fields"
    if isinstance(node, ast.Subscript):
        return is_ours(node.value)
    if isinstance(node, ast.BinOp):
        return is_ours(node.left) and (is_ours(node.right) or isinstance(node.op, ast.Mult))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("join", "format"):
        return is_ours(node.func.value) and all(map(is_ours, node.args))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):  # day_text("e.day"): of a text written there
        return bool(node.args) and all(isinstance(each, ast.Constant) for each in node.args)
    if isinstance(node, ast.JoinedStr):
        return all(is_ours(each.value) for each in node.values if isinstance(each, ast.FormattedValue))
    return False


@pytest.mark.parametrize("source", sources("bonuscli"), ids=lambda source: source.path)
def test_sql_has_values_as_parameters(source: Source) -> None:
    """Nothing is put into a text of SQL but what the program itself says."""
    known = KNOWN.get(source.path, {})
    wrong = [
        f"{source.path}:{line}: {ast.unparse(node)}"
        for line, node in put_into_sql(source.tree)
        if not is_ours(node) and ast.unparse(node) not in known
    ]
    assert not wrong


def test_the_table_of_exceptions_has_no_more_than_is_needed() -> None:
    """What is no longer put into SQL is taken out of the table."""
    there = {
        source.path: {ast.unparse(node) for _, node in put_into_sql(source.tree)} for source in sources("bonuscli")
    }
    assert not [(path, each) for path, known in KNOWN.items() for each in known if each not in there.get(path, ())]


@pytest.mark.parametrize(
    "text",
    [
        "c.execute(f'SELECT * FROM cards WHERE number = {card}')",
        "c.execute('SELECT * FROM cards WHERE number = ' + card)",
        "c.execute('SELECT * FROM cards WHERE number = %s' % card)",
        "c.execute('SELECT * FROM cards WHERE number = {}'.format(card))",
        "c.execute('SELECT * FROM cards WHERE number = ?'.replace('?', card))",
        "sql = f'... FROM cards WHERE {holds}'",
        "c.execute(f'SELECT {CARD} FROM cards LIMIT {most}')",
    ],
)
def test_a_text_of_somebody_in_sql_is_found(text: str) -> None:
    """Each way of building a string is seen."""
    source = Source("bonuscli/store/sample.py", text, ast.parse(text))
    with pytest.raises(AssertionError):
        test_sql_has_values_as_parameters(source)


def test_sql_of_constants_and_parameters_passes() -> None:
    """Names in capitals, numbers in a format of numbers and question marks are ours."""
    text = """c.execute(f"SELECT {COLUMNS} FROM {TABLES['a']} WHERE x IN ({', '.join('?' * n)}) LIMIT {most:d}", ids)"""
    test_sql_has_values_as_parameters(Source("bonuscli/store/sample.py", text, ast.parse(text)))
