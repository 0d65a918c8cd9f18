"""A brat collection out: a folder an annotator, in it each text with its annotations, and the types that are used."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from .annotated import Annotated, Sheet, of_extra
from .brat_conf import Configuration
from .brat_kept import KEY, kept_of_mention
from .brat_leaf import Leaf
from .brat_page import Origin, page
from .file_names import FileNames
from .formats import Outgoing
from .held import documents_held
from .mapping import Mapping

NOBODY = "unannotated"
"""The folder of the documents on which nobody worked yet."""


def write_brat(connection: sqlite3.Connection, out: Path, _: Outgoing) -> int:
    """Fill a folder with a collection; the answer is how many documents there are."""
    texts, folders = FileNames(), FileNames(NOBODY, "annotation.conf")
    folder_of = {"": NOBODY}
    used = Configuration()
    number = 0
    for item in documents_held(connection):
        number += 1
        stem = texts.name(_called(item), "document")
        for annotator in item.annotators() or [""]:
            if annotator not in folder_of:
                folder_of[annotator] = folders.name(annotator, "annotator")
            folder = out / folder_of[annotator]
            folder.mkdir(exist_ok=True)
            lines = lines_of(item, annotator)
            used.add(lines)
            (folder / f"{stem}.txt").write_bytes(item.text.encode())
            (folder / f"{stem}.ann").write_bytes("".join(f"{line}\n" for line in lines).encode())
    (out / "annotation.conf").write_bytes("".join(f"{line}\n" for line in used.lines()).encode())
    return number


def _called(item: Annotated) -> str:
    """The name that a document had in brat, else its title."""
    kept = of_extra(item.document.extra, KEY)
    name = kept.get("name") if isinstance(kept, dict) else None
    return name if isinstance(name, str) and name else item.document.title


def lines_of(item: Annotated, annotator: str) -> list[str]:
    """What an annotator says of a document, as the lines of a brat file.

    A mention that came from brat gets notes of our own only if it would not be read as it is without them.
    """
    own = [uid for uid in item.mentions if uid.startswith(f"{annotator}/")]
    bare = {uid for uid in own if kept_of_mention(item.mentions[uid].extra)}
    lines = Leaf(item, annotator, bare).lines()
    while bare and (other := set(_read_otherwise(item, annotator, lines, bare))):
        bare = bare - other if len(other) < len(bare) else set()
        lines = Leaf(item, annotator, bare).lines()
    return lines


def _read_otherwise(item: Annotated, annotator: str, lines: list[str], uids: set[str]) -> Iterator[str]:
    """Which mentions would be read as something else than they are."""
    read = _read(item.text, "\n".join(lines), annotator)
    for uid in uids:
        marks = item.marks_of(uid)
        sources = {link.source for mark in marks for link in mark.chain if link.source}
        if (
            read is None
            or read.mentions.get(uid) != item.mentions[uid]
            or read.marks_of(uid) != marks
            or any(read.sources.get(source) != item.sources.get(source) for source in sources)
        ):
            yield uid


def _read(text: str, content: str, annotator: str) -> Annotated | None:
    """What these lines would be read as."""
    reading = page("", text, content.split("\n"), Origin("", annotator), Mapping())
    sheet: Sheet | None = None
    try:
        while True:
            next(reading)
    except StopIteration as stop:
        sheet = stop.value
    return sheet.done() if sheet else None
