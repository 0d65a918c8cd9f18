"""XML from strangers, looked through before a CAS is made of it, and the type system of a CAS.

Document type declarations, and with them entities, are refused before any other parser sees the file. So is every name
of a type or feature that is no plain word: dkpro-cassis compiles classes with these names.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, ParseError

from msgspec import Struct, field

from ..schema.errors import BadInput, MissingExtra
from .inception_model import ANY

if TYPE_CHECKING:
    from cassis import TypeSystem  # type: ignore[import-untyped]

_MOST = 2_000_000
_DEEPEST = 8
_CHUNK = 2**20
_LONGEST_TEXT = 4_000_000  # dkpro-cassis takes some 200 bytes for each
_XMI = "{http://www.omg.org/XMI}"
_CAS = "{http:///uima/cas.ecore}"
_PACKAGE = re.compile(r"\{http:///([\w/]+)\.ecore\}(\w+)")
_WORD = re.compile(r"[A-Za-z]\w{0,200}", re.ASCII)
_TYPE = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*(\[\])?", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}")
_NUMBERS = re.compile(r"\d{1,9}( \d{1,9})*")
_SINGLE = ("Governor", "Dependent", "target", "next", "first")
ID = f"{_XMI}id"
SOFA, VIEWED = f"{_CAS}Sofa", f"{_CAS}View"
_BUILT_IN = {"begin", "end", "sofa", ID}
Links = dict[str, dict[str, set[int]]]


class Seen(Struct):
    """What the elements of a type are like: their attributes, those of them that only hold ids, and their children."""

    attributes: dict[str, bool] = field(default_factory=dict)
    children: set[str] = field(default_factory=set)


class Outline(Struct):
    """What an XMI file is made of: its types, the offsets of its annotations by id, as they stand there, and its texts.

    `views` has the ids in each view by the id of its text; `texts` these ids and the texts by the view's name;
    `led_to` are ids that something leads to.
    """

    types: dict[str, Seen] = field(default_factory=dict)
    offsets: dict[int, tuple[int, int]] = field(default_factory=dict)
    targets: set[str] = field(default_factory=set)
    views: dict[str, str] = field(default_factory=dict)
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)
    led_to: set[int] = field(default_factory=set)


def needed() -> None:
    """Make sure that what the format needs is installed.

    Raises:
        MissingExtra: it is not; the sentence says how to install it.
    """
    try:
        import cassis  # noqa: F401
        import defusedxml  # type: ignore[import-untyped]  # noqa: F401
    except ImportError:
        raise MissingExtra(
            "reading and writing UIMA CAS XMI needs dkpro-cassis and defusedxml: pip install 'onrecord[inception]'"
        ) from None


def outline(data: bytes) -> Outline:
    """What an XMI file is made of.

    Raises:
        BadInput: it is no XML that is safe to read, or no XMI.
    """
    found = Outline()
    links: Links = {}
    owners: dict[int, str] = {}
    for depth, parent, element in elements(data):
        if depth == 1 and element.tag != f"{_XMI}XMI":
            raise BadInput(f"is no XMI: its first element is {_local(element.tag)!r}")
        if len(element.get("sofaString", "")) > _LONGEST_TEXT:
            raise BadInput(f"has a text of more than {_LONGEST_TEXT:,} characters; bring it in as WebAnno TSV")
        if depth == 2 and element.tag == SOFA:
            found.texts[element.get("sofaID", "")] = (element.get(ID, ""), element.get("sofaString", ""))
        elif depth == 2 and element.tag == VIEWED:
            found.views[element.get("sofa", "")] = element.get("members", "")
        elif depth == 2 and element.tag != f"{_CAS}NULL":
            _take(found, element, links, owners)
        elif depth == 3 and parent is not None and (package := _PACKAGE.fullmatch(parent.tag)):
            if not _WORD.fullmatch(element.tag):
                raise BadInput(f"has a feature {element.tag[:60]!r}, which is no name of one")
            found.types.setdefault(_name(package), Seen()).children.add(element.tag)
        elif depth > 3:
            raise BadInput("is nested more deeply than XMI ever is")
    _find_references(found, links, owners)
    return found


def _take(found: Outline, element: Element, links: Links, owners: dict[int, str]) -> None:
    package = _PACKAGE.fullmatch(element.tag)
    if not package:
        raise BadInput(f"holds an element {_local(element.tag)!r} that is of no UIMA type")
    name, number = sys.intern(_name(package)), element.get(ID, "")
    seen = found.types.setdefault(name, Seen())
    for key, value in element.attrib.items():
        if key not in _BUILT_IN and not _WORD.fullmatch(key):
            raise BadInput(f"has a feature {key[:60]!r}, which is no name of one")
        numbers = [int(each) for each in value.split()] if _NUMBERS.fullmatch(value) else None
        seen.attributes[key] = seen.attributes.get(key, True) and numbers is not None
        if key not in _BUILT_IN and value.replace(" ", "").isdecimal():
            found.led_to.update(int(each) for each in value.split())
        if numbers and key not in _BUILT_IN:
            links.setdefault(name, {}).setdefault(key, set()).update(numbers)
    if not _NUMBER.fullmatch(number) or int(number) in owners:
        raise BadInput(f"has an element with the id {number[:60]!r}; ids are numbers, each used once")
    owners[int(number)] = name
    if "target" in element.attrib and "begin" not in element.attrib:
        found.targets.add(name)
    begin, end = element.get("begin", ""), element.get("end", "")
    if _NUMBER.fullmatch(begin) and _NUMBER.fullmatch(end):
        found.offsets[int(number)] = (int(begin), int(end))


def _find_references(found: Outline, links: Links, owners: dict[int, str]) -> None:
    """Of the attributes that hold numbers, leave those marked that refer, by a usual name or to links."""
    for name, seen in found.types.items():
        for key, only_numbers in seen.attributes.items():
            numbers = links.get(name, {}).get(key, ())
            kinds = {owners.get(number, "") for number in numbers}
            refers = key in _SINGLE or (key not in _BUILT_IN and bool(kinds) and kinds <= found.targets)
            seen.attributes[key] = only_numbers and refers and "" not in kinds
        if not {"Governor", "Dependent"}.isdisjoint(seen.attributes):
            seen.attributes = {"Governor": True, "Dependent": True, **seen.attributes}
    for name, keys in links.items():
        # The only link of a chain has no next one, and is known by its head alone.
        for number in keys.get("first", ()) if "begin" not in found.types[name].attributes else ():
            if number in owners:
                found.types[owners[number]].attributes.setdefault("next", True)


class _Chunks(BytesIO):
    """Bytes in larger chunks than the parser asks for: it begins a long attribute anew with each of them."""

    def read(self, _: int | None = -1) -> bytes:
        return super().read(_CHUNK)


def elements(data: bytes, *, whole: bool = False) -> Iterator[tuple[int, Element | None, Element]]:
    """The elements of an XML file as they end, with their depth from 1 on and parent; the first also as it begins.

    Each is forgotten then; of `whole` ones only those of depth 2, with what is in them.

    Raises:
        BadInput: it is no XML, or has a document type declaration, which could make it grow without end.
    """
    from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
    from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

    stack: list[Element] = []
    count = 0
    try:
        for event, element in iterparse(_Chunks(data), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                count += 1
                stack.append(element)
                if len(stack) > _DEEPEST:
                    raise BadInput("is nested more deeply than XMI ever is")
                if count > _MOST:
                    raise BadInput(f"has more than {_MOST:,} elements")
                if count == 1:
                    yield 1, None, element
                continue
            stack.pop()
            yield len(stack) + 1, stack[-1] if stack else None, element
            if stack and not (whole and len(stack) > 1):
                stack[-1].remove(element)
    except DefusedXmlException:
        raise BadInput("has a document type declaration or entities, which are refused; export it again") from None
    except (ParseError, ValueError, LookupError) as error:
        raise BadInput(f"is no XML that can be read: {error}") from None


def _name(package: re.Match[str]) -> str:
    name = f"{package[1].replace('/', '.')}.{package[2]}".removeprefix("uima.noNamespace.")
    if not _TYPE.fullmatch(name):
        raise BadInput(f"has a type {name[:60]!r}, which is no name of one")
    return name


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1][:60]


# ---------------------------------------------------------------------- type systems


def type_system(data: bytes | None, found: Outline) -> "TypeSystem":
    """The type system of a file: what `TypeSystem.xml` says, and for types that it does not have, what they look like.

    Raises:
        BadInput: `TypeSystem.xml` cannot be read.
    """
    from cassis import TypeSystem, load_typesystem

    if data is None:
        types = TypeSystem()
    else:
        try:
            _check_names(data)
            types = load_typesystem(BytesIO(data))
        except BadInput as error:
            raise BadInput(f"comes with a TypeSystem.xml that {error.sentence}") from None
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the file is refused in one sentence
            raise BadInput(f"comes with a TypeSystem.xml that cannot be read: {one_line(error)}") from None
    _infer(types, found)
    return types


def _check_names(data: bytes) -> None:
    for _, _, element in elements(data):
        tag = element.tag.rsplit("}", 1)[-1]
        if tag in ("name", "supertypeName", "rangeTypeName", "elementType"):
            name = (element.text or "").strip()
            if name and not _TYPE.fullmatch(name):
                raise BadInput(f"names a type or feature {name[:60]!r}, which is no name of one")
        if tag == "import":
            raise BadInput("imports others; export it with all types in it")


def _infer(types: Any, found: Outline) -> None:
    missing = {name: seen for name, seen in found.types.items() if not types.contains_type(name, match_exactly=True)}
    for name, seen in missing.items():
        above = ANY if "begin" in seen.attributes else "uima.cas.TOP"
        above = "uima.cas.AnnotationBase" if "sofa" in seen.attributes and above != ANY else above
        types.create_type(name, above)
    for name, seen in missing.items():
        for key, refers in seen.attributes.items():
            if key in _BUILT_IN:
                continue
            whole = "uima.cas.TOP" if key in _SINGLE else "uima.cas.FSArray"
            types.create_feature(name, key, whole if refers else "uima.cas.String")
        for key in seen.children - set(seen.attributes):
            types.create_feature(name, key, "uima.cas.StringArray")


def one_line(error: BaseException) -> str:
    """What an error of a library says, as the end of a sentence."""
    words = " ".join("".join(char if char.isprintable() else " " for char in str(error)).split())
    return f"{type(error).__name__}: {words[:160]}" if words else type(error).__name__
