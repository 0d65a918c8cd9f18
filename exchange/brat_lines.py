"""The lines of brat's standoff files: text-bound annotations, events, and all others, one a line.

`T` lines are text-bound, `E` lines are events; `R` (relations), `A` and `M` (attributes), `N` (normalisations), `#`
(notes) and `*` (equivalences) say something of these or of each other. Offsets are code points. The words of a
discontinuous annotation are its pieces joined by a space. No piece goes over the end of a line: what does is cut there,
as brat's own editor does it.
"""

import re
from collections.abc import Iterable, Mapping
from sys import intern

from msgspec import Struct

from ..schema.errors import BadInput

Piece = tuple[int, int]

_TEXT_BOUND = re.compile(r"(T[0-9]{1,9})\t(\S+) +([0-9]{1,12} [0-9]{1,12}(?:;[0-9]{1,12} [0-9]{1,12})*) *(?:\t(.*))?")
_EVENT = re.compile(r"(E[0-9]{1,9})\t([^\s:]+):(T[0-9]{1,9})((?: +[^\s:]+:[TE][0-9]{1,9})*)\s*")
_RELATION = re.compile(r"(R[0-9]{1,9})\t([^\s:]+)((?: +[^\s:]+:[TE][0-9]{1,9})+)\s*")
_ATTRIBUTE = re.compile(r"([AM][0-9]{1,9})\t(\S+) +([TER][0-9]{1,9})(?: +(\S.*))?\s*")
_NORMALISATION = re.compile(r"(N[0-9]{1,9})\t(\S+) +([TER][0-9]{1,9}) +([^\s:]+:\S+(?:\t.*)?)")
_NOTE = re.compile(r"(#[0-9]{0,9})\t(\S+) +([TERAMN#][0-9]{1,9})(?:\t(.*)|\s*)")
_EQUIVALENCE = re.compile(r"(\*)\t(\S+)((?: +[TE][0-9]{1,9})+)\s*")
_LINE_ENDS = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_KINDS = {
    "T": "T1<TAB>Type 0 5<TAB>words",
    "E": "E1<TAB>Type:T1 Role:T2",
    "R": "R1<TAB>Type Arg1:T1 Arg2:T2",
    "A": "A1<TAB>Type T1 value",
    "M": "M1<TAB>Type T1",
    "N": "N1<TAB>Type T1 base:id<TAB>words",
    "#": "#1<TAB>Type T1<TAB>words",
    "*": "*<TAB>Type T1 T2",
}
_ORDER = "TERAMN#*"


class TextBound(Struct, frozen=True, gc=False):
    """A `T` line; `words` is None where it has none. The pieces stand in the order of the line."""

    number: int
    id: str
    type: str
    pieces: tuple[Piece, ...]
    words: str | None

    @property
    def refs(self) -> tuple[str, ...]:
        """The ids that the line names: none."""
        return ()


class Event(Struct, frozen=True, gc=False):
    """An `E` line: a type, the trigger's id, and arguments, each a role and an id."""

    number: int
    id: str
    type: str
    trigger: str
    args: tuple[tuple[str, str], ...]
    line: str

    @property
    def refs(self) -> tuple[str, ...]:
        """The ids that the line names."""
        return (self.trigger, *(id_ for _, id_ in self.args))


class Other(Struct, frozen=True, gc=False):
    """Any other line; `line` is the whole of it, `at` where an attribute's value or a note's words begin in it."""

    number: int
    id: str
    type: str
    refs: tuple[str, ...]
    at: int
    line: str

    @property
    def rest(self) -> str:
        """An attribute's value or a note's words."""
        rest = self.line[self.at :] if self.at >= 0 else ""
        return rest.rstrip() if self.id[0] in "AM" else rest


Line = TextBound | Event | Other


def parse(line: str, number: int = 0) -> Line:
    """What a line says; it comes without its line feed.

    Raises:
        BadInput: it is no line of a standoff file; the sentence begins with a verb.
    """
    kind = line[:1]
    if kind == "T" and (found := _TEXT_BOUND.fullmatch(line)):
        id_, type_, offsets, words = found.groups()
        pieces = tuple((int(start), int(end)) for start, end in (piece.split(" ") for piece in offsets.split(";")))
        return TextBound(number, intern(id_), intern(type_), pieces, words)
    if kind == "E" and (found := _EVENT.fullmatch(line)):
        id_, type_, trigger, given = found.groups()
        return Event(number, intern(id_), intern(type_), intern(trigger), _args(given), line)
    if other := _other(kind, line, number):
        return other
    if kind in _KINDS:
        raise BadInput(f"is no line of the kind {kind}; such a line reads {_KINDS[kind]}")
    raise BadInput("is no line of a standoff file: it begins with none of T, E, R, A, M, N, # and *")


def _other(kind: str, line: str, number: int) -> Other | None:
    if kind == "R" and (found := _RELATION.fullmatch(line)):
        return Other(number, found[1], found[2], tuple(id_ for _, id_ in _args(found[3])), -1, line)
    if kind == "*" and (found := _EQUIVALENCE.fullmatch(line)):
        return Other(number, "*", found[2], tuple(found[3].split()), -1, line)
    grammar = {"A": _ATTRIBUTE, "M": _ATTRIBUTE, "N": _NORMALISATION, "#": _NOTE}.get(kind)
    if grammar and (found := grammar.fullmatch(line)):
        return Other(number, intern(found[1]), intern(found[2]), (intern(found[3]),), found.start(4), line)
    return None


def _args(given: str) -> tuple[tuple[str, str], ...]:
    return tuple((intern(role), intern(id_)) for role, _, id_ in (arg.partition(":") for arg in given.split()))


def renamed(line: str, id_: str, ids: Mapping[str, str]) -> str:
    """An `E` or other line under another id and with other ids in it; what is not in `ids` stays."""
    _, said, *rest = line.split("\t", 2)
    if line[0] in "ER":
        said = re.sub(r":([TE][0-9]+)(?=\s|$)", lambda found: f":{ids.get(found[1], found[1])}", said)
    elif line[0] == "*":
        type_, *named = said.split()
        said = " ".join((type_, *(ids.get(each, each) for each in named)))
    else:
        said = re.sub(r"(?<= )([TERAMN#][0-9]+)", lambda found: ids.get(found[1], found[1]), said, count=1)
    return "\t".join((id_, said, *rest))


def in_order(line: str) -> tuple[int, int, str]:
    """Sorts lines as they are written: by their kind, then by their number."""
    id_ = line.split("\t", 1)[0]
    return _ORDER.index(id_[0]), int(id_[1:] or 0), line


def text_bound(id_: str, type_: str, pieces: Iterable[Piece], text: str) -> str:
    """A `T` line."""
    listed = list(pieces)
    offsets = ";".join(f"{start} {end}" for start, end in listed)
    return f"{id_}\t{type_} {offsets}\t{one_line(words_of(text, listed))}"


def words_of(text: str, pieces: Iterable[Piece]) -> str:
    """The words of an annotation: its pieces joined by a space."""
    return " ".join(text[start:end] for start, end in pieces)


def one_line(words: str) -> str:
    """Words with a space for every line end."""
    return _LINE_ENDS.sub(" ", words)


def cut(text: str, pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Pieces cut at the ends of lines; one that is nothing but line ends stays, for there is nothing else to name."""
    made: list[Piece] = []
    for start, end in pieces:
        at, before = start, len(made)
        for found in _LINE_ENDS.finditer(text, start, end):
            if found.start() > at:
                made.append((at, found.start()))
            at = found.end()
        if at < end or len(made) == before:
            made.append((at if at < end else start, end))
    return tuple(made)


def union(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Pieces in order, those that overlap made one; those that only touch stay apart."""
    made: list[Piece] = []
    for start, end in sorted(pieces):
        if made and start < made[-1][1]:
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        else:
            made.append((start, end))
    return tuple(made)


def same(text: str, one: Iterable[Piece], other: Iterable[Piece]) -> bool:
    """Whether pieces cover the same words, wherever they are cut."""
    before, after = union(one), union(other)
    return before == after or _worded(text, before) == _worded(text, after) != ()


def _worded(text: str, pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    return tuple(piece for piece in union(cut(text, pieces)) if not _LINE_ENDS.fullmatch(text, *piece))


def token(name: str) -> str:
    """A name as brat can take it for a type or a value: an underscore for white space, colons and what is not seen."""
    made = "".join(char if char.isprintable() and not char.isspace() and char != ":" else "_" for char in name)
    return made or "_"


def split_role(role: str) -> tuple[str, int]:
    """A role and its number: brat counts the arguments of one role Role, Role2, Role3."""
    base = role.rstrip("0123456789")
    digits = role[len(base) :]
    return (base, int(digits[:9])) if base and digits else (role, 1)


def dangling(refs: Mapping[str, Iterable[str]], known: Iterable[str]) -> dict[str, str]:
    """Which of these ids name, themselves or through others, one that is nowhere; and which one that they name is gone.

    `refs` gives the ids that each names, `known` those that name none.
    """
    there = {*known, *refs}
    users: dict[str, list[str]] = {}
    gone: dict[str, str] = {}
    for id_, named in refs.items():
        for each in named:
            users.setdefault(each, []).append(id_)
            if each not in there:
                gone.setdefault(id_, each)
    waiting = list(gone)
    while waiting:
        lost = waiting.pop()
        for user in users.get(lost, ()):
            if user not in gone:
                gone[user] = lost
                waiting.append(user)
    return gone
