"""A profile says how one source writes its receipts: a small YAML file, checked as a whole before a row is read.

Shipped profiles lie in ``profiles/`` and are called by name; a shop's own by its path.  Here is what a profile may say;
``profile_file`` reads it.
"""

from pathlib import Path

from bonuscli.errors import BonusError
from bonuscli.near import near_or_known
from bonuscli.records import namedtuple

# Columns that belong to the receipt and must be equal in all its rows, in the order in which a parser takes them.
HEAD_FIELDS = (
    "receipt_id", "kind", "original_receipt_id", "shop", "till", "cashier", "card", "phone", "redeem", "payment",
    "code",
)  # fmt: skip
GOODS_FIELDS = ("line", "sku", "barcode", "name", "category", "brand", "quantity", "amount", "unit_price", "discount")
FIELDS = ("receipt_id", "at", *HEAD_FIELDS[1:], *GOODS_FIELDS)
# What the columns of a till's file may say besides: the time of day beside a date in ``at``; one more part of the
# number; what is the same in all rows of a receipt whose other columns are filled once; what its lines must come to;
# what was given back later, told as a sum without goods; the currency and the time zone, to be compared.
ROW_FIELDS = ("time", "part", "order", "total", "refunded", "currency", "zone")
COLUMN_FIELDS = (*FIELDS, *ROW_FIELDS)
CONSTANT_FIELDS = ("shop", "till", "cashier", "category", "brand", "payment")
# The day of a receipt as part of its number, for tills that count from 1 every morning.
DAY = "day"
MOST_HEADER_ROWS = 3
AUTO = "auto"

# Formats whose files have no rows but documents, which are told by canonical names.
ROWLESS = ("jsonl", "ofd-json", "evotor-docs", "checkbox", "commerceml", "poslog")
# Of these a document may hold a field at a place of the shop's own: paths: {card: extras.bonus_card}.
PATHED = ROWLESS[1:]
# Formats whose numbers are unique everywhere, and the source of all of their receipts: the number of a fiscal receipt
# begins with its drive, and each operator spells the shop in its own way.
SOURCES = {"ofd-json": "fiscal"}
# Of these the shop says which operations are sales, and where the groups of its goods are described.
OF_OPERATIONS = ("commerceml",)
PATH_FIELDS = (*HEAD_FIELDS[3:], "sku", "barcode", "name", "category", "brand")
OF_ROWS = (
    "delimiter", "decimal", "units", "columns", "optional", "number", "returns", "lines", "sheet", "skip_rows",
    "header_rows", "stop_at", "pass_over", "thousands", "currency_signs", "dates", "repeat", "total", "discounts",
    "order",
)  # fmt: skip

# Where the rows of a file stand.  sheet: name or number of a workbook's sheet, or "" for its first; skip_rows: lines
# before the header, None: it is looked for; header_rows: rows that the header takes, None: looked for; stop_at: text of
# the row that ends the rows, or ""; pass_over: beginnings of rows that are no goods; first_row: a receipt's columns are
# filled once.
Layout = namedtuple(
    "Layout",
    "sheet skip_rows header_rows stop_at pass_over first_row",
    defaults=("", 0, 1, "", (), False),
)
PLAIN_LAYOUT = Layout()

# columns: tuple of (field, column name); optional: frozenset of fields; source: constant text, or None: source_fields;
# kinds: tuple of (text of the kind column, sale | return | skip); constants: tuple of (field, text); timezone: None
# means the program's; redeem: check | trust; unknown_original: reject | unlinked; paths: tuple of (field, keys that
# lead to it); alternatives: tuple of (field, other names of its column); return_fields: those of a return's number, or
# () for number_fields; return_amounts: positive | negative |
# either; return_original: the field that names the original, or ""; minus_discounts: discounts are
# written below zero; total: check | spread; shops: tuple of (source's name, shop); categories: tuple of (field,
# pattern, category); catalogue: path of the file that says the groups of goods, or None;
# newest_first: the file tells the last receipt first.
Profile = namedtuple(
    "Profile",
    "name format encoding delimiter decimal units timezone columns optional source source_fields number_fields"
    " returns_prefix kinds return_amounts card_suffix constants scattered redeem unknown_original paths layout"
    " alternatives thousands currency_signs dates return_fields return_original minus_discounts total shops categories"
    " catalogue newest_first",
    defaults=((), PLAIN_LAYOUT, (), "none", (), "iso", (), "", False, "check", (), (), None, False),
)

_SHIPPED = Path(__file__).parent / "profiles"
_MAX_BYTES = 100_000

# Plain keys with the words that they allow; the first is the default.
CHOICES = {
    "format": ("csv", *ROWLESS),
    "decimal": ("point", "comma"),
    "thousands": ("none", "space", "comma", "point", "apostrophe"),
    "units": ("major", "minor"),
    "dates": ("iso", "ymd", "dmy", "mdy"),
    "discounts": ("positive", "negative"),
    "total": ("check", "spread"),
    "lines": ("adjacent", "scattered"),
    "order": ("oldest-first", "newest-first"),
    "repeat": ("every-row", "first-row"),
    "redeem": ("check", "trust"),
    "unknown_original": ("reject", "unlinked"),
}
KEYS = (
    *CHOICES, "encoding", "delimiter", "sheet", "skip_rows", "header_rows", "stop_at", "pass_over", "timezone",
    "columns", "optional", "source", "number", "returns", "card", "constants", "currency_signs", "store_map",
    "category_map", "paths", "catalogue",
)  # fmt: skip


def profile_names() -> tuple[str, ...]:
    """The names of the shipped profiles, sorted."""
    return tuple(sorted(path.stem for path in _SHIPPED.glob("*.yaml")))


def load_profile(name_or_path: str) -> Profile:
    """A shipped profile by its name (``canonical``), or a shop's own by its path (``till.yaml``).

    ``BonusError`` ``bad_profile`` with all problems found, each as ``till.yaml:3:1: what is wrong; what to do``.
    """
    from bonuscli.importers.profile_file import ProfileFile

    path = Path(name_or_path)
    if name_or_path in profile_names():
        path = _SHIPPED / f"{name_or_path}.yaml"
    elif path.suffix not in (".yaml", ".yml") and path.name == name_or_path:
        hint = f"{near_or_known(name_or_path, profile_names())}; or give the path of a .yaml file"
        raise BonusError("bad_profile", f"there is no profile {name_or_path!r}", "--profile", hint)
    return ProfileFile(path.name if path.parent == _SHIPPED else str(path), read_profile(path)).profile()


def read_profile(path: Path) -> bytes:
    """The content of a profile's file; ``BonusError`` ``bad_profile`` where it cannot be read or is too long."""
    try:
        with path.open("rb") as stream:
            content = stream.read(_MAX_BYTES + 1)
    except OSError as problem:
        raise BonusError("bad_profile", f"the profile cannot be read: {problem.strerror}", str(path)) from None
    if len(content) > _MAX_BYTES:
        raise BonusError("bad_profile", "a profile has at most 100,000 bytes", str(path))
    return content
