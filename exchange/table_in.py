"""Tables read: our own, of which nothing is lost, and others', whose columns go by their names or by `--map`.

A row names its document (by sha256, url, title or number, or holds its whole text), its words (by offsets, by a quote
that stands only once, or by both) and its label. A text may stand in one row alone if the others give its title or url.
Rows of one annotator with the same words and the same claim are marks of one mention. Columns for the eye are not read
where the others say the same: `chain_json` stands for `origin` and `chain`, `evidence_json` for `evidence`.

Rows of one document may stand apart. Documents are held back until `_HELD` characters of them have been gathered; then
those that were idle longest are handed on, and rows of them that come later are taken for themselves.
"""

from collections.abc import Generator, Iterator
from typing import Any, get_args

from msgspec import Struct, field

from ..schema.errors import BadInput, OnrecordError
from ..schema.events import Document, Polarity, State
from ..schema.text import check_storable, content_hash
from ..schema.validity import check_extra, check_name
from .annotated import Annotated, Aside, Sheet
from .articles import Article, Note, Refused, described, unused
from .formats import Incoming, Record
from .json_text import parse
from .portable import mark_in, mention_in
from .table_columns import Columns
from .table_rows import Row, table_rows
from .table_words import whole, words_of
from .verified import Misplaced, Verifier

_HELD = 16 * 2**20
_LONGEST_UID = 400
_DESCRIBED = ("title", "outlet", "author", "url", "published_at", "language")
_MENTION = ("spans", "claim", "claim_uid", "claim_note", "polarity", "note", "extra")


class _Mention(Struct):
    """A mention of which at least one row was read."""

    uid: str
    place: str
    about: dict[str, Any]
    labels: dict[str, str] = field(default_factory=dict)


class _Open(Struct):
    """A document that rows are being gathered for."""

    sheet: Sheet
    verifier: Verifier
    size: int
    names: frozenset[str]
    mentions: dict[tuple[str, str], _Mention] = field(default_factory=dict)
    submissions: dict[str, str] = field(default_factory=dict)


def read_csv(file: Incoming) -> Iterator[Record]:
    """What the rows of a table with commas say, document by document."""
    return _read(file, ",")


def read_tsv(file: Incoming) -> Iterator[Record]:
    """What the rows of a table with tabs say, document by document."""
    return _read(file, "\t")


def _read(file: Incoming, separator: str) -> Iterator[Record]:
    desk = _Desk(file)
    for each in table_rows(file, separator):
        if isinstance(each, Columns):
            yield from unused(file.place, each.unused)
        elif isinstance(each, Row):
            try:
                yield from desk.take(each)
            except Misplaced as error:
                yield Aside(each.place, "mention", error.sentence)
            except OnrecordError as error:
                yield Refused(each.place, error.sentence)
            yield from desk.hand_on(_HELD)
        else:
            yield each
    yield from desk.hand_on(0)


class _Desk:
    """Gathers rows by document; what was idle longest comes first in `_open`."""

    def __init__(self, file: Incoming) -> None:
        self._file = file
        self._open: dict[str, _Open] = {}
        self._named: dict[str, set[str]] = {}
        self._size = 0

    def take(self, row: Row) -> Iterator[Note]:
        """Put a row to its document.

        Raises:
            OnrecordError: something is wrong with the row; nothing of it was taken.
        """
        cells = row.cells
        has_words = any(cells.get(name, "").strip() for name in ("label", "quote", "start", "end", "spans"))
        submission = cells.get("submission", "").strip()
        if has_words and submission:
            raise BadInput("has both a mark and a submission; give each a row of its own")
        if not (has_words or submission or cells.get("text", "").strip()):
            raise BadInput("says nothing of a document: it has no words, no label and no submission")
        paper = yield from self._document(row)
        if submission:
            _submission(paper, row, self._file)
        elif has_words:
            yield from _mark(paper, row, self._file)
        size = sum(map(len, cells.values())) - len(cells.get("text", ""))
        paper.size += size
        self._size += size

    def hand_on(self, held: int) -> Iterator[Annotated]:
        """The documents that were idle longest, until no more than so many characters are held."""
        while self._open and (self._size > held or not held):
            sha256 = next(iter(self._open))
            paper = self._open.pop(sha256)
            self._size -= paper.size
            for name in paper.names:
                self._named[name].discard(sha256)
                if not self._named[name]:
                    del self._named[name]
            yield paper.sheet.done()

    def _document(self, row: Row) -> Generator[Note, None, _Open]:
        """The document of a row, opened if need be; the generator returns it."""
        text = row.cells.get("text", "")
        sha256 = row.cells.get("sha256", "").strip().lower()
        if text.strip():
            if sha256 not in ("", content_hash(text)):
                raise BadInput("its text is not the one that its sha256 names")
            sha256 = content_hash(text)
        sha256 = sha256 or self._sha256_of(row.cells)
        if sha256 in self._open:
            return self._again(sha256)
        found = self._find(row.cells, sha256)
        if found:
            sha256 = content_hash(found[0])
        elif not text.strip():
            raise BadInput(_unknown(row.cells))
        else:
            document = yield from _described(row)
            names = frozenset({document.title, document.url} - {""})
            return self._opened(sha256, row.place, text, document, names)
        return self._again(sha256) if sha256 in self._open else self._opened(sha256, row.place, *found)

    def _sha256_of(self, cells: dict[str, str]) -> str:
        """The document that the table itself brought under the url or title of a row."""
        for name in (cells.get(column, "").strip() for column in ("url", "title")):
            if len(found := self._named.get(name, set())) == 1:
                return next(iter(found))
        return ""

    def _find(self, cells: dict[str, str], sha256: str) -> tuple[str, Document] | None:
        if sha256:
            found = self._file.find(sha256)
            return found if found and content_hash(found[0]) == sha256 else None
        for column in ("url", "title", "document"):
            name = cells.get(column, "").strip()
            if name and (found := self._file.find(name)):
                return found
        return None

    def _again(self, sha256: str) -> _Open:
        self._open[sha256] = paper = self._open.pop(sha256)
        return paper

    def _opened(
        self, sha256: str, place: str, text: str, document: Document, names: frozenset[str] = frozenset()
    ) -> _Open:
        sheet = Sheet(place, text, document, self._file.mapping, most=self._file.most)
        paper = _Open(sheet, Verifier(text, self._file.unit or "code-points"), len(text), names)
        self._open[sha256] = paper
        for name in names:
            self._named.setdefault(name, set()).add(sha256)
        self._size += len(text)
        return paper


def _described(row: Row) -> Generator[Note, None, Document]:
    """The description of a document that the table itself brings; the generator returns it."""
    text = row.cells["text"]
    said = {name: row.cells[name] for name in _DESCRIBED if row.cells.get(name)}
    for item in described(row.place, text, said):
        if isinstance(item, Article):
            return Document(**{name: getattr(item, name) for name in _DESCRIBED})
        if isinstance(item, Refused):
            raise BadInput(item.sentence)
        yield item
    raise AssertionError("described() ends with an article or a refusal")


def _unknown(cells: dict[str, str]) -> str:
    """Why no document was found, in words that are the same for all rows that lack theirs."""
    name = next((name for name in ("sha256", "url", "title", "document") if cells.get(name, "").strip()), None)
    if name is None:
        return "names no document: give its sha256, url or title, or its whole text"
    if name == "sha256":
        return "the project has no document with its sha256; add that first"
    return f"the project has no document that its {name} means, or several; add it first, or give its sha256"


# ---------------------------------------------------------------------- what a row says


def _annotator(row: Row, file: Incoming) -> tuple[str, str]:
    """What the row calls its annotator, and the name that is here."""
    theirs = row.cells.get("annotator", "").strip() or file.annotator
    ours = file.mapping.annotator(theirs)
    check_name(ours)
    return theirs, ours


def _submission(paper: _Open, row: Row, file: Incoming) -> None:
    state: Any = row.cells["submission"].strip()
    if state not in get_args(State):
        raise BadInput(f"its submission {state[:40]!r} is none of {', '.join(get_args(State))}")
    theirs, ours = _annotator(row, file)
    if ours in paper.submissions:
        raise BadInput(f"repeats the submission of {paper.submissions[ours]}")
    paper.sheet.submission(theirs, state, row.cells.get("note", ""))
    paper.submissions[ours] = row.place


def _mark(paper: _Open, row: Row, file: Incoming) -> Iterator[Note]:
    cells = row.cells
    theirs, ours = _annotator(row, file)
    label = cells.get("label", "").strip()
    mapped = file.mapping.label(label) if label else ("", "")
    if mapped is None:
        return
    if label and not file.has_label(mapped[0]):
        raise BadInput(f"the label {mapped[0][:60]!r} is not in the codebook; map it with --map {label[:60]}=LABEL")
    words = words_of(cells, paper.sheet.text, paper.verifier)
    about = _about(cells, labelled=bool(label)) | {"spans": words.spans}
    uid = cells.get("mention_uid", "")
    key = uid or " ".join([*(f"{each.start}:{each.end}" for each in words.spans), about["polarity"], about["claim"]])
    marks = [_said(cells, label)] if label else []
    known = paper.mentions.get((ours, key))
    if known is None:
        given = {name: value for name, value in about.items() if name != "spans"} | {"uid": uid, "marks": marks}
        made = mention_in(paper.sheet, paper.verifier, given, key=key, annotator=theirs, spans=words.spans)
        known = paper.mentions[ours, key] = _Mention(made, row.place, about)
    else:
        _check_again(known, about, mapped[0])
        mark_in(paper.sheet, paper.verifier, known.uid, marks[0])
    if label:
        known.labels[mapped[0]] = row.place
    if words.remark:
        yield Note(row.place, words.remark)


def _check_again(known: _Mention, about: dict[str, Any], label: str) -> None:
    """Another row of a mention must say the same of it, and something new."""
    other = next((name for name in _MENTION if known.about[name] != about[name]), None)
    if other:
        raise BadInput(f"says otherwise of its mention than {known.place} does (its {other})")
    if not label or label in known.labels:
        raise BadInput(f"repeats the row {known.labels.get(label, known.place)}")


def _about(cells: dict[str, str], *, labelled: bool) -> dict[str, Any]:
    """What a row says of its mention. The note of a row without a label is its mention's."""
    polarity = cells.get("polarity", "").strip() or "asserts"
    if polarity not in get_args(Polarity):
        raise BadInput(f"its polarity {polarity[:40]!r} is none of {', '.join(get_args(Polarity))}")
    if len(cells.get("mention_uid", "")) > _LONGEST_UID or len(cells.get("claim_uid", "")) > _LONGEST_UID:
        raise BadInput(f"its mention or claim has a uid of more than {_LONGEST_UID} characters")
    check_extra(cells.get("mention_extra", ""))
    return {
        "claim": cells.get("claim", "").strip(),
        "claim_uid": cells.get("claim_uid", ""),
        "claim_note": cells.get("claim_note", ""),
        "polarity": polarity,
        "note": cells.get("mention_note") or ("" if labelled else cells.get("note", "")),
        "extra": cells.get("mention_extra", ""),
    }


def _said(cells: dict[str, str], label: str) -> dict[str, Any]:
    """What a row says with its label."""
    certainty = whole(cells, "certainty")
    if certainty is not None and certainty > 100:
        raise BadInput(f"its certainty {certainty} is no per cent from 0 to 100")
    check_extra(cells.get("mark_extra", ""))
    return {
        "label": label,
        "kind": cells.get("kind", "").strip(),
        "certainty": certainty,
        "note": cells.get("note", ""),
        "chain": _list(cells, "chain_json") if "chain_json" in cells else _origin(cells),
        "evidence": _list(cells, "evidence_json"),
        "extra": cells.get("mark_extra", ""),
    }


def _origin(cells: dict[str, str]) -> list[dict[str, Any]]:
    """The chain of a table that names the origin alone."""
    name = cells.get("origin", "").strip()
    identified = cells.get("origin_identified", "").strip() or ("named" if name else "")
    if not identified:
        return []
    return [{"source": name or None, "named": identified == "named", "identified": identified}]


def _list(cells: dict[str, str], column: str) -> list[Any]:
    cell = cells.get(column, "")
    if not cell.strip():
        return []
    try:
        value = parse(cell.encode())
    except BadInput as error:
        raise BadInput(f"its {column} {error.sentence}") from None
    if not isinstance(value, list):
        raise BadInput(f"its {column} is no list")
    for words in _strings(value):
        check_storable(words)
    return value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)
