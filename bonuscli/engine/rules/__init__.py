"""The kinds of earning rules.  A new kind is one file here and one line in this table.

A rule kind is a module with

* ``PHASE``: ``line`` (points of single lines), ``receipt`` (points of the receipt as a whole) or ``multiply``;
* ``KEYS``: its own keys of the program file as plain data, ``name -> Key`` (what all rules share is in the schema);
* ``terms(spec)``: the typed keys of one rule -> what its function below needs;
* its function, ``line_points(terms, ...)`` or ``receipt_points(terms, ...)``; a rate or a factor is its own terms.
"""

from bonuscli.later import later

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

RULE_KINDS: "dict[str, ModuleType]" = {
    kind: later(f"bonuscli.engine.rules.{kind}") for kind in ("percent", "item", "fixed", "step", "multiply")
}
