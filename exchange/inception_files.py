"""Names of INCEpTION's files: whose work a file is, and which document it is of.

INCEpTION exports `DOCUMENT/ANNOTATOR.tsv`, `DOCUMENT/ANNOTATOR.xmi` or a zip of that name: the file's stem is the
annotator and the folder the document. `INITIAL_CAS` is the document before anybody worked on it. A stem that is the
folder's name, or that ends like a document (`report.txt.xmi`), names no annotator.
"""

from pathlib import PurePath

from msgspec import Struct

from ..schema.errors import InvalidEvent
from ..schema.validity import check_name
from .formats import Incoming

INITIAL = "INITIAL_CAS"
_OF_DOCUMENTS = (".txt", ".html", ".htm", ".xml", ".pdf", ".md", ".docx", ".conll", ".conllu", ".tei")


class Origin(Struct, frozen=True, kw_only=True):
    """Where a document comes from: what to call the place, whose work it is and the document's own name.

    `guessed` says that only the file's name told whose work it is.
    """

    place: str
    annotator: str
    name: str
    guessed: bool = False


def origin_of(file: Incoming, path: PurePath, place: str) -> Origin:
    """The origin of a file, or of the member of a zip, at a path."""
    annotator = annotator_by(path)
    if file.override or not annotator:
        annotator = file.override or file.annotator
        return Origin(place=place, annotator=annotator, name=_document_of(path))
    return Origin(place=place, annotator=annotator, name=path.parent.name or path.name, guessed=True)


def annotator_by(path: PurePath) -> str:
    """Who a file's name says made it, or nothing."""
    stem = path.stem
    if stem in (INITIAL, path.parent.name) or stem.lower().endswith(_OF_DOCUMENTS):
        return ""
    try:
        check_name(stem)
    except InvalidEvent:
        return ""
    return stem


def _document_of(path: PurePath) -> str:
    return path.parent.name if path.stem == INITIAL or annotator_by(path) else path.stem
