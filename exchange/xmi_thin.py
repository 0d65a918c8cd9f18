"""What of an XMI file is handed to dkpro-cassis, which takes some 1,500 bytes for an annotation and 200 for a letter.

Tokens and sentences that nothing leads to are read here, as two numbers each, and the text is kept back: the offsets of
annotations are taken from the file itself anyway.
"""

from array import array
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, tostring

from msgspec import Struct, field

from .inception_model import ANY, SENTENCE, TOKEN
from .xmi_shape import ID, SOFA, VIEWED, Outline, elements

if TYPE_CHECKING:
    from cassis import TypeSystem  # type: ignore[import-untyped]

VIEW = "_InitialView"
_MEANT = {"first", "next", "Governor", "Dependent"}


class Thin(Struct):
    """A file without its text and its plain tokens and sentences, and the ids of these."""

    data: bytes
    tokens: "array[int]" = field(default_factory=lambda: array("I"))
    sentences: "array[int]" = field(default_factory=lambda: array("I"))


def thin(data: bytes, found: Outline, types: "TypeSystem") -> Thin:
    """Take out of a file what need not be an object; `types` are its types.

    Raises:
        BadInput: it is no XML.
    """
    made = Thin(b"")
    sofa = found.texts.get(VIEW, ("", ""))[0]
    lists = {TOKEN: made.tokens, SENTENCE: made.sentences}
    plain = {_tag(name): ids for name, ids in lists.items() if _is_plain(types, name)}
    free = _numbers(found.views.get(sofa, "")) - found.led_to if len(found.views) == 1 and plain else set()
    out = BytesIO()
    out.write(b'<xmi:XMI xmlns:xmi="http://www.omg.org/XMI">')
    views: list[Element] = []
    for depth, _, element in elements(data, whole=True):
        if depth != 2:
            continue
        ids = plain.get(element.tag)
        if ids is not None and (number := int(element.get(ID, "0"))) in free and number in found.offsets:
            ids.append(number)
            continue
        _lighten(element, found)
        if element.tag == VIEWED:
            views.append(element)
        else:
            out.write(tostring(element))
    taken = {*made.tokens, *made.sentences}
    for view in views:
        view.set("members", _without(view.get("members", ""), taken))
        out.write(tostring(view))
    out.write(b"</xmi:XMI>")
    made.data = out.getvalue()
    return made


def _lighten(element: Element, found: Outline) -> None:
    if element.tag == SOFA and "sofaString" in element.attrib:
        element.set("sofaString", "")
    elif "begin" in element.attrib and int(element.get(ID, "0")) in found.offsets:
        element.attrib.update(begin="0", end="0")


def _is_plain(types: "TypeSystem", name: str) -> bool:
    if not types.contains_type(name, match_exactly=True) or not types.is_instance_of(name, ANY):
        return False
    return _MEANT.isdisjoint(feature.name for feature in types.get_type(name).all_features)


def _tag(name: str) -> str:
    package, _, word = name.rpartition(".")
    return f"{{http:///{package.replace('.', '/')}.ecore}}{word}"


def _numbers(members: str) -> set[int]:
    numbers = members.split()
    return {int(each) for each in numbers} if "".join(numbers).isdecimal() else set()


def _without(members: str, taken: set[int]) -> str:
    return " ".join(each for each in members.split() if int(each) not in taken) if taken else members
