"""Workbooks as bytes, made of what a test says of each cell, so that hostile ones can be made as well."""

import io
import zipfile
from xml.sax.saxutils import escape

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_OPEN = "urn:oasis:names:tc:opendocument:xmlns"
# Number formats of the styles 1 to 4.
DAY, DAY_AND_TIME, TIME, HOURS = 1, 2, 3, 4


class Raw(str):
    """The XML of one cell, less its place: ``Raw('<v>0.30000000000000004</v>')``; ``style`` and ``kind`` its marks."""

    style = 0
    kind = ""

    @classmethod
    def of(cls, value: str, style: int = 0, kind: str = "") -> "Raw":
        """A cell that holds a value as the file writes it."""
        made = cls(f"<v>{value}</v>")
        made.style, made.kind = style, kind
        return made


def xlsx(rows: list[list[object]], *more_sheets: str, name: str = "Лист1") -> bytes:
    """A workbook of Excel whose first sheet holds these rows: text, numbers, Raw, or None for an empty cell."""
    return xlsx_of("".join(_row(number, row) for number, row in enumerate(rows, 1) if row), *more_sheets, name=name)


def xlsx_of(sheet: str, *more_sheets: str, name: str = "Лист1") -> bytes:
    """A workbook of Excel whose first sheet holds this XML; the others are empty."""
    names = [name, *more_sheets]
    sheets = "".join(f'<sheet name="{each}" sheetId="{n}" r:id="r{n}"/>' for n, each in enumerate(names, 1))
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    styles = "".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, 164, 21, 46))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{relations}'
        f'<Relationship Id="s" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164"'
        f' formatCode="dd.mm.yyyy hh:mm"/></numFmts><cellXfs count="5">{styles}</cellXfs></styleSheet>',
    }
    for number in range(1, len(names) + 1):
        content = sheet if number == 1 else ""
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{content}</sheetData></worksheet>'
        )
    return zipped({part: f'<?xml version="1.0" encoding="UTF-8"?>{text}' for part, text in parts.items()})


def ods(rows: str) -> bytes:
    """A workbook of LibreOffice whose one sheet ``Sales`` holds this XML of rows."""
    namespaces = "".join(f' xmlns:{each}="{_OPEN}:{each}:1.0"' for each in ("office", "table", "text"))
    content = (
        f'<office:document-content{namespaces}><office:body><office:spreadsheet><table:table table:name="Sales">{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{_OPEN}:manifest:1.0"><manifest:file-entry manifest:full-path="/"'
        f' manifest:media-type="{_ODS}"/><manifest:file-entry manifest:full-path="content.xml"'
        ' manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return zipped({"mimetype": _ODS, "META-INF/manifest.xml": manifest, "content.xml": content})


def ods_row(*cells: str, repeated: int = 1) -> str:
    """A row of these cells."""
    more = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def ods_cell(kind: str, value: str, repeated: int = 1) -> str:
    """A cell of a kind: string, float, date, time, boolean."""
    more = f' table:number-columns-repeated="{repeated}"' if repeated > 1 else ""
    named = "value" if kind == "float" else f"{kind}-value"
    told = "" if kind == "string" else f' office:{named}="{value}"'
    return (
        f'<table:table-cell office:value-type="{kind}"{told}{more}><text:p>{escape(value)}</text:p></table:table-cell>'
    )


def zipped(parts: dict[str, str]) -> bytes:
    """An archive of these texts by their names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in parts.items():
            archive.writestr(zipfile.ZipInfo(part), text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _row(number: int, row: list[object]) -> str:
    cells = "".join(_cell(f"{chr(64 + place)}{number}", each) for place, each in enumerate(row, 1) if each is not None)
    return f'<row r="{number}">{cells}</row>'


def _cell(place: str, value: object) -> str:
    if isinstance(value, Raw):
        marks = (f' s="{value.style}"' if value.style else "") + (f' t="{value.kind}"' if value.kind else "")
        return f'<c r="{place}"{marks}>{value}</c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'
