"""A project's documents as INCEpTION keeps them, one file a document and annotator.

What came from INCEpTION is written as it was, and is enough by itself where nothing was added to it here: each file is
read again to see so. All else is written in onrecord's own layers beside it.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import Any

from msgspec import Struct

from ..schema.text import Span
from .annotated import Annotated, of_extra, with_extra
from .file_names import FileNames
from .formats import Incoming
from .held import documents_held
from .inception_files import INITIAL, Origin, annotator_by
from .inception_in import records
from .inception_kept import add_kept, tokens_kept
from .inception_model import DOCUMENT, KEPT, RECORD, Layered, Noted
from .inception_ours import add_mentions
from .inception_tokens import add_tokens
from .json_text import to_json
from .portable import about_out


class Shape(Struct, frozen=True, kw_only=True):
    """What one of INCEpTION's formats can show of a document, and how it is written and read.

    `text(text, tokens)` is the text as the format shows it, of the same length; `span(layered)` says of a span what the
    format can show of it, if anything.
    """

    ending: str
    text: Callable[[str, Sequence[Noted]], str]
    span: Callable[[Layered], Callable[[Span], Span | None]]
    write: Callable[[Layered], bytes]
    read: Callable[[bytes, str], Layered]


def write_folder(
    connection: sqlite3.Connection, out: Path, shape: Shape, seen: Callable[[Layered], object] = lambda _: None
) -> int:
    """Fill a folder with a folder a document and a file an annotator; the answer is how many documents there are.

    `seen` is shown each file's layers.
    """
    folders = FileNames("TypeSystem.xml")
    number = 0
    for item in documents_held(connection):
        number += 1
        folder = folders.name(item.document.title, "document")
        (out / folder).mkdir()
        for stem, layered in pages(item, folder, shape):
            seen(layered)
            (out / folder / f"{stem}{shape.ending}").write_bytes(shape.write(layered))
    return number


def pages(item: Annotated, folder: str, shape: Shape) -> Iterator[tuple[str, Layered]]:
    """The files of a document: the stem of each, and its layers. A document without annotators has one."""
    files = FileNames(INITIAL)
    by = of_extra(item.document.extra, KEPT, {})
    rest = by.get("by") if isinstance(by, dict) else {}
    annotators = sorted({*item.annotators(), *(rest if isinstance(rest, dict) else {})})
    for annotator in annotators or [""]:
        stem = files.name(annotator, "annotator") if annotator else INITIAL
        yield stem, _Page(item, annotator, PurePath(folder, stem + shape.ending), shape).layered


class _Page:
    """Makes the layers of one annotator's file."""

    def __init__(self, item: Annotated, annotator: str, path: PurePath, shape: Shape) -> None:
        self._item, self._annotator, self._path, self._shape = item, annotator, path, shape
        self._uids = [uid for uid in item.mentions if annotator and uid.startswith(f"{annotator}/")]
        self.layered = Layered(item.text, title=item.document.title, language=item.document.language)
        add_tokens(self.layered, tokens_kept(item))
        self.layered.text = shape.text(item.text, self.layered.tokens)
        self._was: dict[str, Noted] = {}
        self._complete(self._kept_alone())

    def _kept_alone(self) -> Annotated | None:
        """Add what came from INCEpTION; the answer is what reading that alone gives."""
        try:
            self._was = add_kept(self.layered, self._item, self._annotator, self._uids)
            return self._read_back()
        except Exception:  # noqa: BLE001 - what was kept may be anything by now: then it is written as JSON alone
            self._was = {}
            self.layered.notes, self.layered.ties, self.layered.chains = [], [], []
            return None

    def _read_back(self) -> Annotated | None:
        """What reading the file gives as far as it is made; None where nothing came from INCEpTION."""
        if of_extra(self._item.document.extra, KEPT) is None and not self._was:
            return None
        place = str(self._path)
        file = Incoming(path=Path(place), place=place, annotator="?")
        origin = Origin(place=place, annotator=annotator_by(self._path) or "?", name=self._path.parent.name)
        again = self._shape.read(self._shape.write(self.layered), place)
        return next((each for each in records(again, file, origin) if isinstance(each, Annotated)), None)

    def _complete(self, back: Annotated | None) -> None:
        """Add in onrecord's own layers what reading the file would not give."""
        item, shown = self._item, self._shape.span(self.layered)
        missing = [uid for uid in self._uids if not back or not _same(item, back, uid)]
        unplaced = add_mentions(self.layered, item, missing, self._was, shown)
        extra, keeps = self._extra(back)
        aside = _names(back, {*back.mentions} - {*item.mentions}) if back else []
        described = back and back.text == item.text and not (missing or aside or item.submissions or extra.get(KEPT))
        if described and back and _bare(back) == _bare(item) and self._annotator in ("", annotator_by(self._path)):
            return
        about = about_out(item)
        about.pop("extra", None)
        if extra:
            about["extra"] = with_extra("", **extra)
        data: dict[str, Any] = {"about": about, "sha256": item.sha256}
        if self._annotator:
            data["annotator"] = self._annotator
        if keeps:
            data["keeps"] = True
        if aside:
            data["aside"] = aside
        if unplaced:
            data["mentions"] = unplaced
        if hidden := [[at, char] for at, char in enumerate(item.text) if char != self.layered.text[at]]:
            data["hidden"] = hidden
        at = self.layered.tokens[0] if self.layered.tokens else Noted(DOCUMENT, 0, 0)
        self.layered.notes.insert(0, Noted(DOCUMENT, at.start, at.end, {RECORD: to_json(data)}))

    def _extra(self, back: Annotated | None) -> tuple[dict[str, Any], bool]:
        """What must be said of the document's `extra`, and whether INCEpTION's tokens belong to it.

        Of what was kept for INCEpTION, only what its own layers do not give again is said, and no other annotator's.
        """
        extra: dict[str, Any] = {} if not self._item.document.extra else _loaded(self._item.document.extra)
        kept = extra.pop(KEPT, None)
        if not isinstance(kept, dict):
            return {**extra, **({KEPT: kept} if kept is not None else {})}, False
        again = of_extra(back.document.extra, KEPT, {}) if back else {}
        rest = {name: value for name, value in kept.items() if name != "by" and again.get(name) != value}
        by = kept.get("by")
        mine = by.get(self._annotator) if isinstance(by, dict) else None
        if mine is not None and again.get("by", {}).get(annotator_by(self._path) or "?") != mine:
            rest["by"] = {self._annotator: mine}
        if rest:
            extra[KEPT] = rest
        return extra, "tokens" in kept and "tokens" not in rest


def _loaded(extra: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(extra)
    return loaded


def _names(back: Annotated, uids: set[str]) -> list[str]:
    """What the annotations are called that mentions were made of."""
    return sorted(of_extra(back.mentions[uid].extra, KEPT, {}).get("id", "") for uid in uids)


def _same(item: Annotated, back: Annotated, uid: str) -> bool:
    return back.mentions.get(uid) == item.mentions[uid] and back.marks_of(uid) == item.marks_of(uid)


def _bare(item: Annotated) -> Any:
    """A document's description without what INCEpTION's layers give."""
    extra = _loaded(item.document.extra) if item.document.extra else {}
    extra.pop(KEPT, None)
    return {**about_out(item), "submissions": [], "extra": extra}
