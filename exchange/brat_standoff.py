"""What a brat file says, line by line checked against its text and against itself, before anything is made of it."""

from collections.abc import Generator, Iterable, Iterator
from itertools import pairwise

from msgspec import Struct, field, structs

from ..schema.errors import BadInput
from .annotated import Aside
from .articles import Note, Refused
from .brat_kept import ABOUT, NOTE
from .brat_lines import Event, Line, Other, Piece, TextBound, dangling, parse, words_of
from .verified import Misplaced, Verifier

Said = Aside | Note | Refused


class Standoff(Struct):
    """The lines of one file. `notes` are those of our own side channel, by the id on which each stands."""

    spans: dict[str, TextBound] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    others: dict[str, Other] = field(default_factory=dict)
    notes: dict[str, Other] = field(default_factory=dict)
    about: Other | None = None


def standoff(place: str, text: str, lines: list[str]) -> Generator[Said, None, Standoff]:
    """Read the lines of a file about a text; the generator yields what is wrong with some and returns the others.

    The list is emptied on the way.

    No line that is returned names one that is not.
    """
    made, verifier = Standoff(), Verifier(text)
    lost: set[str] = set()
    for number, line in _joined(place, text, lines):
        here = f"{place}:{number}"
        if isinstance(line, Note):
            yield line
            continue
        try:
            parsed = parse(line, number)
            _check_new(made, parsed)
        except BadInput as error:
            yield Refused(here, error.sentence)
            continue
        if isinstance(parsed, TextBound):
            verified = yield from _verified(here, text, verifier, parsed)
            if verified is None:
                lost.add(parsed.id)
                continue
            parsed = verified
        _put(made, parsed)
    lines.clear()
    yield from _whole(place, made, lost)
    return made


def _joined(place: str, text: str, lines: list[str]) -> Iterator[tuple[int, str | Note]]:
    """Lines with their numbers; covered words that hold line ends, which break their line, are one line again."""
    at = 0
    while at < len(lines):
        number, line = at + 1, lines[at].removesuffix("\r")
        lines[at] = ""
        at += 1
        if not line.strip():
            continue
        if line.startswith("T") and at < len(lines):
            after = _end_of_words(text, line, lines, at)
            if after > at:
                sentence = "its words are broken over several lines, as they are in the text; they were put together"
                yield number, Note(f"{place}:{number}", sentence)
                line, at = "\n".join((line, *lines[at:after])).replace("\n", " "), after
        yield number, line


def _end_of_words(text: str, line: str, lines: list[str], at: int) -> int:
    """The number of the first line that no longer belongs to the words of a text-bound annotation."""
    try:
        parsed = parse(line)
    except BadInput:
        return at
    if not isinstance(parsed, TextBound) or parsed.words is None:
        return at
    meant, words, after = words_of(text, parsed.pieces), parsed.words, at
    if "\n" not in meant or not meant.startswith(words + "\n"):
        return at
    matched = len(words)
    while matched < len(meant) and after < len(lines):
        if not meant.startswith("\n" + lines[after], matched):
            return at
        matched += 1 + len(lines[after])
        after += 1
    return after if matched == len(meant) else at


def _check_new(made: Standoff, line: Line) -> None:
    if line.id in made.spans or line.id in made.events or line.id in made.others:
        raise BadInput(f"has the id {line.id}, which an earlier line has; ids must differ")
    if isinstance(line, Other) and (
        (line.type == NOTE and line.refs[0] in made.notes) or (line.type == ABOUT and made.about)
    ):
        raise BadInput(f"is a second note of the type {line.type} on {line.refs[0]}")


def _put(made: Standoff, line: Line) -> None:
    if isinstance(line, TextBound):
        made.spans[line.id] = line
    elif isinstance(line, Event):
        made.events[line.id] = line
    elif line.id[0] == "#" and line.type == NOTE:
        made.notes[line.refs[0]] = line
    elif line.id[0] == "#" and line.type == ABOUT:
        made.about = line
    else:
        made.others[line.id if line.id not in ("*", "#") else f"{line.id}{line.number}:"] = line


def _verified(here: str, text: str, verifier: Verifier, line: TextBound) -> Generator[Said, None, TextBound | None]:
    """A text-bound annotation whose words are where it says; where they have moved, it moves after them."""
    try:
        for start, end in line.pieces:
            verifier.span(start, end)
        if _overlap(line.pieces):
            raise BadInput("its pieces overlap")
        if line.words is None or _agree(line.words, words_of(text, line.pieces)):
            return line
        moved = _moved(verifier, text, line)
    except Misplaced as error:
        yield Aside(here, "annotation", error.sentence)
        return None
    except BadInput as error:
        yield Refused(here, error.sentence)
        return None
    yield Note(here, "its words stand elsewhere nearby, and were taken there")
    return moved


def _agree(words: str, meant: str) -> bool:
    """Whether the words are those of the text but for white space; more may follow after a space, as brat has it."""
    if words == meant:
        return True
    said, wanted = words.split(), meant.split()
    return said[: len(wanted)] == wanted or "".join(said) == "".join(wanted)


def _moved(verifier: Verifier, text: str, line: TextBound) -> TextBound:
    """The annotation where its words are.

    Raises:
        Misplaced: they are nowhere nearby, or cannot be told apart.
    """
    words, pieces, at = line.words or "", [], 0
    if len(words) != len(words_of(text, line.pieces)) and len(line.pieces) > 1:
        raise Misplaced("its words are not those of its pieces, and cannot be parted among them")
    for start, end in line.pieces:
        length = end - start if len(line.pieces) > 1 else len(words)
        span = verifier.placed(start, end, words[at : at + length]).span
        pieces.append((span.start, span.end))
        at += length + 1
    if _overlap(pieces):
        raise Misplaced("its words are not those of its pieces, and stand elsewhere in another order")
    return structs.replace(line, pieces=tuple(pieces))


def _overlap(pieces: Iterable[Piece]) -> bool:
    return any(after[0] < before[1] for before, after in pairwise(sorted(pieces)))


def _whole(place: str, made: Standoff, lost: set[str]) -> Iterator[Said]:
    """Leave out, and report, what names a line that is not there."""
    lines: dict[str, Event | Other] = {**made.events, **made.others}
    gone = dangling(
        {id_: line.refs for id_, line in lines.items()}, (*made.spans, *(note.id for note in made.notes.values()))
    )
    for id_, missing in sorted(gone.items(), key=lambda pair: lines[pair[0]].number):
        line = lines[id_]
        kind = "event" if isinstance(line, Event) else "line"
        if missing in lost or missing in gone:
            yield Aside(f"{place}:{line.number}", kind, f"names {missing}, which was left out")
        else:
            yield Refused(f"{place}:{line.number}", f"names {missing}, which is nowhere in the file")
        made.events.pop(id_, None)
        made.others.pop(id_, None)
