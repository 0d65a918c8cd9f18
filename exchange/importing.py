"""Bringing annotations into a project: a file is one act, of which all is kept or nothing, and a report says what came.

An import adds. What the project already says in the same words is left alone, so importing twice adds nothing; what it
says otherwise is left too, and counted, unless `update` takes the file's word for it. Nothing is ever removed.
"""

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct, structs

from ..schema.errors import BadInput, InvalidEvent, MissingExtra, OnrecordError
from ..schema.events import OWNED, AnyValue, Document, Label, Mark, Mention
from ..schema.ledger import Act, Ledger, Received
from ..schema.validity import check_extra
from .annotated import Annotated, Aside, Codes, Records, foreign_label, joined_extra
from .articles import Note, Refused
from .charset import check_charset
from .finding import Finder
from .formats import Format, Incoming, Record, files_in, named, recognise
from .mapping import Mapping
from .report import Report
from .room import Crowded
from .verified import Unit

_FLUSH_EVERY = 500
_NEUTRAL = "#9a9a9a"
_CODES = 1_000
"""So many codes may be made of the labels of one file."""
_SHOWN = 40
_HALF = "holds half a character (a lone surrogate); export it again as UTF-8"


class ImportOptions(Struct, frozen=True, kw_only=True):
    """How to import; empty fields are made out from the files. `annotator` signs what a file ascribes to nobody."""

    format: str = ""
    mapping: Mapping = Mapping()
    unit: Unit | None = None
    charset: str = ""
    annotator: str = ""
    keep_good: bool = False
    update: bool = False


class _Dropped(Exception):
    """A file was refused as a whole."""


def files_of(paths: list[Path], options: ImportOptions, report: Report) -> list[tuple[Path, Format]]:
    """The files that paths mean, each with its format; what is none is refused in the report."""
    chosen = named(options.format) if options.format else None
    check_charset(options.charset)
    if chosen and not chosen.read:
        raise BadInput(f"{chosen.name} brings no annotations; see: onrecord formats")
    found = []
    for path in paths:
        try:
            inside, others = files_in(path, chosen) if path.is_dir() else ([path], None)
        except OSError as error:
            report.add(Refused(str(path), _sentence(error)))
            continue
        if not inside:
            report.add(Refused(str(path), "holds no file with annotations; see: onrecord formats"))
        if others:
            kinds = ", ".join(f"{ending} ({count:,})" for ending, count in sorted(others.items()))
            report.add(Note(str(path), f"files of other kinds were passed over: {kinds}"))
        for file in inside:
            if form := _format_of(file, chosen, report):
                found.append((file, form))
    return found


def _format_of(file: Path, chosen: Format | None, report: Report) -> Format | None:
    """The format to read a file in; where it cannot be read, the report says so."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise BadInput("is no ordinary file, and it takes one that can be read twice; save it as one first")
        return chosen or recognise(file)
    except BadInput as error:
        report.add(Refused(str(file), error.sentence.removeprefix(f"{file}: ")))
    except OSError as error:
        report.add(Refused(str(file), _sentence(error)))
    return None


def bring_in(
    ledger: Ledger,
    path: Path,
    form: Format,
    options: ImportOptions,
    report: Report,
    progress: Callable[[int], object] = lambda count: None,  # noqa: ARG005
) -> bool:
    """Import one file in one transaction and tell the report; False where it is wrong and nothing of it was kept.

    Raises:
        ProjectBusy, NotStored: the project cannot be written; nothing of the file was.
    """
    finder = Finder(ledger.connection)

    def find(name: str) -> tuple[str, Document] | None:
        ledger.fold.write_held()  # the document may be one that this file brought
        return finder.find(name)

    file = Incoming(
        path=path, place=str(path), annotator=options.annotator or ledger.annotator, override=options.annotator,
        mapping=options.mapping, unit=options.unit, charset=options.charset, progress=progress, find=find,
        has_label=finder.has_label,
    )  # fmt: skip
    own = Report()
    try:
        with ledger.act() as act, act.fold.holding():
            taking = _Taking(act, form, options, own)
            number = 0
            for number, record in enumerate(_records(form, file), 1):
                taking.take(record)
                if number % _FLUSH_EVERY == 0:
                    act.fold.flush()
            if not number:
                own.add(Note(file.place, f"holds nothing that {form.name} could bring"))
            if own.refused and not options.keep_good:
                raise _Dropped
    except _Dropped:
        report.drop(own, str(path))
        return False
    report.join(own)
    return not own.refused or own.brought()


def _records(form: Format, file: Incoming) -> Iterator[Record]:
    """What a file holds; that it cannot be read on is refused like a bad record."""
    assert form.read
    try:
        yield from form.read(file)
    except (BadInput, MissingExtra) as error:
        yield Refused(file.place, error.sentence.removeprefix(f"{file.place}: "))
    except Crowded as error:
        yield Refused(file.place, str(error))
    except RecursionError:
        yield Refused(file.place, "is nested too deeply to be read")
    except UnicodeDecodeError as error:
        yield Refused(file.place, f"is not {error.encoding}; name the charset with --charset")
    except UnicodeEncodeError:
        yield Refused(file.place, _HALF)
    except OSError as error:
        yield Refused(file.place, _sentence(error))
    except Exception as error:  # noqa: BLE001 - a format may be anybody's: its mistake must not cost the project
        yield Refused(file.place, f"{form.name} cannot go on ({type(error).__name__}: {error}); nothing more was read")


def _sentence(error: OSError) -> str:
    return "there is no such file" if error.errno == 2 else f"cannot be read ({error.strerror or error})"


class _Taking:
    """Puts the records of one file into an open act."""

    def __init__(self, act: Act, form: Format, options: ImportOptions, report: Report) -> None:
        self._act, self._form, self._options, self._report = act, form, options, report
        self._codes: set[str] = set()

    def take(self, record: Record) -> None:
        """Take a record in as a whole, or not at all."""
        if isinstance(record, Records):
            self._take_events(record)
        elif isinstance(record, Annotated):
            with self._refusing(record.place):
                self._take_document(record)
        elif isinstance(record, Codes):
            with self._refusing(record.place):
                for name, label in record.labels.items():
                    self._share("label", name, label)
        else:
            self._report.add(record)

    def _take_events(self, record: Records) -> None:
        received = Received()
        for sha256, text in record.texts.items():
            self._act.ledger.take_text(sha256, text, received)
        self._act.ledger.take(record.bodies, received)
        self._report.count("event", received.added, received.known)
        for reason in received.quarantined:
            self._report.add(Aside(record.place, "event", reason))

    def _take_document(self, item: Annotated) -> None:
        """Take the document with what describes it, then each mention with all that hangs on it, as a whole or not."""
        act, report = self._act, self._report
        sha256 = act.keep_text(item.text)
        known = act.value("document", sha256)
        new = known is None
        if new:
            act.put(sha256, item.document)
        elif isinstance(known, Document):
            self._keep_more(item, known)
        report.count("document", new, not new)
        for name, label in item.labels.items():
            self._share("label", name, label)
        marks: dict[str, list[tuple[str, Mark]]] = {}
        for uid, mark in item.marks.items():
            marks.setdefault(mark.mention, []).append((uid, mark))
        for uid in item.mentions:
            with self._refusing(f"{item.place}, {_quoted(item.mentions[uid])}"):
                self._take_mention(item, uid, marks.get(uid, []))
        for kind, things in (("submission", item.submissions), ("adjudication", item.rulings)):
            for uid, value in things.items():
                with self._refusing(item.place):
                    self._own(item.place, kind, uid, value)

    def _take_mention(self, item: Annotated, uid: str, marks: list[tuple[str, Mark]]) -> None:
        mention = item.mentions[uid]
        if mention.claim in item.claims:
            self._share("claim", mention.claim, item.claims[mention.claim])
        for source in dict.fromkeys(link.source for _, mark in marks for link in mark.chain):
            if source in item.sources:
                self._share("source", source, item.sources[source])
        self._own(item.place, "mention", uid, mention)
        for subject, mark in marks:
            self._need_label(mark.label)
            here = self._act.known("mark", subject)
            self._own(item.place, "mark", subject, mark)
            if (theirs := foreign_label(mark)) != mark.label:
                self._report.map(theirs, mark.label)
            for kind, number in (("link", len(mark.chain)), ("evidence", len(mark.evidence))):
                self._report.count(kind, 0 if here else number, number if here else 0)

    @contextmanager
    def _refusing(self, place: str) -> Iterator[None]:
        """Keep all that is done inside, or nothing of it: then the report refuses it with the reason."""
        whole, self._report = self._report, Report()
        try:
            with self._act.whole():
                yield
        except OnrecordError as error:
            whole.add(Refused(place, error.sentence))
        except UnicodeEncodeError:
            whole.add(Refused(place, _HALF))
        else:
            whole.join(self._report)
        finally:
            self._report = whole

    def _keep_more(self, item: Annotated, known: Document) -> None:
        """Add what another tool keeps about a document that is here already; what it says otherwise is left."""
        check_extra(item.document.extra)
        extra, contradicts = joined_extra(known.extra, item.document.extra)
        if contradicts and self._options.update:
            extra, _ = joined_extra(item.document.extra, known.extra)
        elif contradicts:
            why = "what another tool keeps about it reads otherwise here, and was left; --update takes the file's word"
            self._report.add(Aside(item.place, "document", why))
        if extra != known.extra:
            self._act.put(item.sha256, structs.replace(known, extra=extra))
            self._report.changed("document")

    def _share(self, kind: str, subject: str, value: AnyValue) -> None:
        """State a shared thing that is not here yet; one that is here is left as it is."""
        new = not self._act.known(kind, subject)
        if new:
            self._act.put(subject, value)
        self._report.count(kind, new, not new)

    def _own(self, place: str, kind: str, subject: str, value: AnyValue) -> None:
        """State an annotator's thing; where the project says otherwise, only `update` overrules it."""
        act = self._act
        assert kind in OWNED
        if not act.known(kind, subject):
            with act.signed(subject.split("/", 1)[0]):
                act.put(subject, value)
            self._report.count(kind, 1)
            return
        now = act.value(kind, subject)
        if now == value:
            self._report.count(kind, 0, 1)
        elif self._options.update:
            with act.signed(subject.split("/", 1)[0]):
                act.put(subject, value)
            self._report.changed(kind)
        else:
            what = "was removed here" if now is None else "reads otherwise here"
            self._report.add(Aside(place, kind, f"{what}, and was left; --update takes the file's word for it"))

    def _need_label(self, name: str) -> None:
        """Make a neutral code of a label that the codebook does not have.

        Raises:
            BadInput: the format is our own, so that an unknown label is a mistake.
        """
        if self._act.value("label", name) is not None:
            return
        if self._form.own:
            raise BadInput(f"the label {name!r} is not in the codebook; map it with --map {name}=LABEL")
        self._codes.add(name)
        if len(self._codes) > _CODES:
            raise BadInput(f"brings over {_CODES:,} labels that the codebook does not have; map them with --map")
        letter = next((char.upper() for char in name if char.isalnum() and len(char.upper()) == 1), "?")
        (last,) = self._act.ledger.connection.execute("SELECT coalesce(max(position), 0) FROM labels").fetchone()
        try:
            self._act.put(
                name,
                Label(
                    axis="neutral", key="", letter=letter, glyph="◇", colour=_NEUTRAL, position=last + 1,
                    guideline=f"Came in with {self._form.name}; it changes no standing.",
                ),
            )  # fmt: skip
        except InvalidEvent as error:
            raise BadInput(f"the label {name[:60]!r} cannot be a code: {error.sentence}") from None
        self._report.made_code(name)


def _quoted(mention: Mention) -> str:
    """A mention's place and first words, as a report names it."""
    first = mention.spans[0]
    return f"{first.start}:{mention.spans[-1].end} {first.quote[:_SHOWN]!r}"
