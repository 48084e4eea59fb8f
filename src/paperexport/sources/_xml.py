"""XML and HTML of strangers: no entities, no DTD, no network, bounded depth."""

from __future__ import annotations

import html.entities
import re
from typing import TYPE_CHECKING, Any

from paperexport._regex import late
from paperexport.errors import SourceError
from paperexport.sources._text import decoded

if TYPE_CHECKING:
    from paperexport.record import Origin

DEPTH = 500
"""Elements inside each other; no page has so many."""

_NAMED = late(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_DECLARED = late(rb"<\?xml[^>]*\sencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_XML_NAMES = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))
_TAG = late(rb"<(/?)([A-Za-z][^\s/>]*)[^<>]*?(/?)>")
_VOID = frozenset(
    b"area base br col embed hr img input link meta param source track wbr p li".split()
)


def xml(data: bytes, locator: str) -> Any:
    """The root element of an XML document, an ``lxml`` element.

    Raises:
        SourceError: it declares entities of its own, is nested too deep, or is no XML at all.
    """
    from lxml import etree

    if b"<!ENTITY" in data:
        raise SourceError(
            f"{locator}: the document declares entities of its own",
            hint="a feed needs none; this one is not read",
        )
    if _deep(data):
        raise SourceError(f"{locator}: more than {DEPTH} elements inside each other")
    data = _NAMED.sub(_character, data.lstrip(b"\xef\xbb\xbf \t\r\n"))
    encoding = _encoding(data)
    options: dict[str, Any] = {
        "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": True,
        "remove_comments": True, "remove_pis": True, "encoding": encoding,
    }  # fmt: skip
    try:
        try:
            root = etree.fromstring(data, etree.XMLParser(**options))
        except etree.XMLSyntaxError:
            # Cut off, or an ampersand that nobody escaped: what can be read is read. Bytes that
            # are no characters must not get as far as the names of elements.
            options["encoding"] = "utf-8"
            root = etree.fromstring(_repaired(data), etree.XMLParser(recover=True, **options))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(f"{locator}: this is no XML: {error}") from error
    if root is None:
        raise SourceError(f"{locator}: this is no XML", hint="was the answer saved whole?")
    return root


def _character(match: re.Match[bytes]) -> bytes:
    """An entity of HTML, which XML does not know, as a number."""
    if match[1] in _XML_NAMES:
        return match[0]
    code = html.entities.name2codepoint.get(match[1].decode("ascii"))
    return b"&#%d;" % code if code else b"&amp;" + match[0][1:]


def _encoding(data: bytes) -> str | None:
    """UTF-8 where the bytes are that, whatever they say of themselves."""
    if data.isascii() or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _repaired(data: bytes) -> bytes:
    """The document in UTF-8, with U+FFFD for each byte that is no character."""
    declared = _DECLARED.match(data[:200])
    name = declared[1].decode("ascii") if declared and not _encoding(data) else "utf-8"
    try:
        return data.decode(name, "replace").encode("utf-8", "replace")
    except LookupError:
        return data.decode("utf-8", "replace").encode("utf-8")


def _deep(data: bytes) -> bool:
    """Whether elements stand deeper inside each other than any honest page has them."""
    if data.count(b"<") < DEPTH:
        return False
    depth = 0
    for closes, name, empty in _TAG.findall(data):
        if closes:
            depth = max(0, depth - 1)
        elif not empty and name.lower() not in _VOID:
            depth += 1
            if depth > 4 * DEPTH:
                return True
    return False


def html_root(data: bytes, origin: Origin) -> Any:
    """The root element of an HTML page, whatever its state.

    Raises:
        SourceError: nothing can be read, or it is nested too deep.
    """
    from lxml import etree

    if _deep(data):
        raise SourceError(f"{origin.locator}: more than {DEPTH} elements inside each other")
    text, _ = decoded(data, origin)
    parser = etree.HTMLParser(
        no_network=True, huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, etree.ParserError, ValueError) as error:
        raise SourceError(f"{origin.locator}: this is no HTML: {error}") from error
    if root is None:
        raise SourceError(f"{origin.locator}: the page is empty")
    return root


def text_in(element: Any) -> str:
    """All text inside an element, verbatim; empty for None."""
    return "" if element is None else "".join(element.itertext())


def local(element: Any) -> str:
    """The name of an element without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: Any, name: str) -> Any:
    """The first child of that local name, or None."""
    return next((c for c in element if local(c) == name), None)


def children(element: Any, name: str) -> list[Any]:
    """The children of that local name."""
    return [c for c in element if local(c) == name]
