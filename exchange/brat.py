"""brat standoff: a text `X.txt` with its annotations `X.ann`; out, a collection with a folder an annotator.

In. The text of `X.ann` is `X.txt` beside it, or as in PolNeAR `text/X.txt` for `attributions/X_ANNOTATOR.ann`. The
annotator is the one named there, or by a note of our own, else who imports. An event with a `Content` is an
attribution: a mention on the content, and a mark with the event's type for its label, whose chain has the `Source` and
the `Cue` for its first link, `Source2` and `Cue2` for its second, and so on. `Content2` and further ones are more
pieces of the same mention; events on one content with different types are marks of one mention. Any other text-bound
annotation is a mention with its type for a code. The attributes `Polarity` (on a content), `Kind` and `Certainty` (on
an attribution) and `AnnotatorNotes` (on both) have their place in a mention and mark. Everything else (other events,
relations, attributes, normalisations, notes, equivalences, attributions of nothing) is kept as it is with the mention
that it speaks of, and goes back to brat, as do ids, roles and the order of pieces.

Out. A mention is a text-bound `Content`, a mark an event on it that has the label for its type, the cue (or else the
content) for its trigger, and the roles `Content`, `Source`, `Cue`, for deeper links `Source2`, `Cue2` and so on;
polarity, kind, certainty and notes are as above. What brat has no field for stands as JSON in notes of the type
`Onrecord` on the content and on the event, but only where reading the rest would not give the same; what describes the
document is in a note `OnrecordDocument` on nothing, which brat does not show. No piece goes over the end of a line:
brat would cut it there, so it is written cut, and whole again when it comes back. `annotation.conf` names all types
that are used.
"""

from collections.abc import Iterator
from pathlib import Path

from ..schema.errors import BadInput
from .articles import MAX_BYTES, Refused, read_at_most
from .brat_out import write_brat
from .brat_page import Origin, page
from .formats import Format, Incoming, Record

_LINES = 4
"""So many lines are read for each mention that a file may bring."""


def read_brat(file: Incoming) -> Iterator[Record]:
    """The document of one `.ann` file with what it says, and what is wrong with it."""
    path, origin = _text_of(file)
    if not path.is_file():
        yield Refused(file.place, f"its text is missing; put {path.name} beside it")
        return
    try:
        text = _read(path, file.charset, "its text ")
        lines = _read(file.path, file.charset, "").removeprefix("\ufeff").split("\n")
    except BadInput as error:
        yield Refused(file.place, error.sentence)
        return
    if len(lines) > (most := _LINES * file.most):
        yield Refused(
            file.place, f"has over {most:,} lines, more than are read of its size; part it among several files"
        )
        return
    file.progress(file.path.stat().st_size)
    sheet = yield from page(file.place, text, lines, origin, file.mapping, file.most)
    if sheet:
        yield sheet.done()


def _text_of(file: Incoming) -> tuple[Path, Origin]:
    """Where the text of a file is, or should be, and whose work the file is."""
    path, stem = file.path, file.path.stem
    beside = path.with_name(f"{stem}.txt")
    name, _, annotator = stem.rpartition("_")
    apart = path.parent.parent / "text" / f"{name}.txt"
    if name and annotator and not beside.is_file() and apart.is_file():
        return apart, Origin(_shown(name), _shown(annotator))
    return beside, Origin(_shown(stem), file.annotator)


def _shown(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _read(path: Path, charset: str, what: str) -> str:
    """A file's text exactly as it is.

    Raises:
        BadInput: it is too large or is not in its charset.
    """
    with path.open("rb") as file:
        data = read_at_most(file, MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BadInput(f"{what}has more than {MAX_BYTES // 2**20} MB; that is no article")
    try:
        return data.decode(charset or "utf-8")
    except (UnicodeDecodeError, LookupError):
        raise BadInput(f"{what}is not {charset or 'UTF-8'}; name its charset with --charset") from None


FORMAT = Format(
    name="brat",
    about="brat standoff: .ann files beside their .txt; a collection with a folder an annotator out",
    endings=(".ann",),
    read=read_brat,
    beside=(".txt", "annotation.conf", "visual.conf", "tools.conf", "kb_shortcuts.conf"),
    write=write_brat,
    folder=True,
)
