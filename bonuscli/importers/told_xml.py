"""What the formats of XML share: a document of XML is told like one of JSON, whose shape it has been given."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from bonuscli.importers.profile import Profile
from bonuscli.importers.told import Told, ToldReader
from bonuscli.importers.told_json import Document, dig
from bonuscli.importers.xml_documents import TEXT, XmlFile, elements
from bonuscli.model import Measures

Tell = Callable[["XmlDocument"], Told | None]


class XmlDocument(Document):
    """One element with all that is in it, as ``found``; see ``told_json.Document``."""

    def text(self, found: Any, column: str) -> str:
        """An element's text, empty where it has none; a flaw where it stands more than once."""
        if isinstance(found, list):
            self.note(column, str(len(found)), "bad_row", f"this stands {len(found)} times where one is needed")
            return ""
        return super().text(found.get(TEXT) if isinstance(found, dict) else found, column)

    def at(self, found: Any, path: tuple[str, ...]) -> Any:
        """What a path of the profile leads to; the first that has something where it stands more than once."""
        value = dig(found, path)
        if isinstance(value, list):
            return next((each for each in elements({TEXT: value}, TEXT) if each.get(TEXT)), None)
        return value


def tell_xml(source: XmlFile, profile: Profile, measures: Measures, tell: Tell) -> ToldReader:
    """A reader of a file of XML whose documents ``tell`` tells."""
    passed_over: Counter[str] = Counter()

    def documents() -> Iterator[Told]:
        for line, _, value in source:
            found = value if isinstance(value, dict) else {TEXT: value}
            told = tell(XmlDocument(found, line, profile, passed_over))
            if told is not None:
                yield told

    reader = ToldReader(source.name, documents(), profile, measures, source.progress, source.close, passed_over)
    reader.taken["encoding"] = source.encoding
    return reader
