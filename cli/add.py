"""Adding articles: `onrecord add`, and the intake that `new` and the app's opening share with it."""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..schema.errors import BadInput
from .options import EXIT_PARTLY, as_json, open_ledger, progress_bar, project, signed
from .printing import json_array, out, plural, safe, say

if TYPE_CHECKING:
    from ..exchange.articles import Article, Item, Note, Refused
    from ..exchange.intake import Options
    from ..schema.ledger import Act, Ledger

BATCH = 8000
BATCH_BYTES = 24 * 1024 * 1024
BATCH_SECONDS = 5.0
"""An act takes in this much at most, so that memory stays bounded and others can write in between.

The full-text index and all others are written once an act, so that large ones cost less.
"""

_KNOWN = "SELECT sha256, id, title FROM documents WHERE sha256 IN (SELECT value FROM json_each(?))"
_SAID_ALIKE = 10
_LISTED = 20
_ABOUT = ("title", "outlet", "author", "url", "published_at", "language")


@click.command()
@project
@click.argument("paths", metavar="PATH|- ...", nargs=-1, required=True)
@click.option("--format", "format_", metavar="NAME", help="Read every file so, whatever its ending.")
@click.option("--charset", default="", metavar="NAME", help="The charset of the files; else it is made out.")
@click.option("--keep-good", is_flag=True, help="Add the good records of a .jsonl file that has bad ones.")
@click.option("--title", help="Replaces the article's own; so do the next ones.")
@click.option("--outlet", help="Who published it.")
@click.option("--author")
@click.option("--url")
@click.option("--date", metavar="ISO", help="When it was published: 2026-03-03, or 2026-03-03T06:30+01:00.")
@click.option("--language", metavar="CODE")
@click.option("--revises", metavar="DOC", help="The earlier version: its number, the start of its sha256, its title.")
@signed
@as_json
def add(
    project: Path,
    paths: tuple[str, ...],
    format_: str | None,
    charset: str,
    keep_good: bool,
    annotator: str | None,
    as_json: bool,
    **about: str | None,
) -> None:
    """Add articles to a project.

    PATH is a .txt, .md (with front matter), .html or .jsonl file, a folder of such files, or - for standard input.
    Texts are stored exactly as they are. A text that is there already adds nothing.

    A .jsonl file holds one {"text": "...", "title": "...", "outlet": "...", "author": "...", "url": "...",
    "published_at": "...", "language": "..."} a line; front matter takes the same keys. A file with a bad record is
    refused as a whole, unless --keep-good is given. Each file stands for itself: others are added all the same, and
    the exit code is 3.
    """
    from ..exchange.intake import Options

    options = Options(format=format_ or "", charset=charset, keep_good=keep_good)
    with open_ledger(project, annotator) as ledger:
        intake = Intake(lambda: ledger, options, about)
        try:
            if as_json:
                json_array(intake.take(paths))
            else:
                list_added(intake.take(paths))
        finally:
            intake.tell(project, say if as_json else out)
    click.get_current_context().exit(intake.exit_code)


def list_added(rows: Iterator[dict[str, Any]]) -> None:
    """Print what was added while that is readable; the summary counts the rest."""
    for number, row in enumerate(rows):
        if number < _LISTED:
            out(f"{row['id']:>6}  {safe(row['title'])}{'' if row['new'] else '  (was there already)'}")
        elif number == _LISTED:
            out("        …")


class Intake:
    """Takes articles into a project, batch by batch, and keeps count."""

    def __init__(self, ledger: "Callable[[], Ledger]", options: "Options", about: dict[str, str | None]) -> None:
        self._ledger, self._options = ledger, options
        self._about = {field: value for field, value in about.items() if value is not None}
        self._check_date()
        self._said: Counter[str] = Counter()
        self._apart = False
        self.added = self.known = self.refused = 0

    @property
    def exit_code(self) -> int:
        """0 if all was taken, 1 if nothing was, else the code for a part."""
        if not self.refused:
            return 0
        return EXIT_PARTLY if self.added or self.known else 1

    def take(self, paths: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Add all articles that the paths mean; yields a flat object for each once its batch is on disk."""
        batch: list[Article] = []
        size, started = 0, time.monotonic()
        for article in self._articles(paths):
            batch.append(article)
            size += sys.getsizeof(article.text)
            if len(batch) == BATCH or size > BATCH_BYTES or time.monotonic() - started > BATCH_SECONDS:
                yield from self._write(batch)
                batch, size, started = [], 0, time.monotonic()
        if batch:
            yield from self._write(batch)
        if self._apart:
            self._apart = False
            self._ledger().merge_words()

    def tell(self, path: Path, tell: Callable[[str], None] = out) -> None:
        """Print the count, and how often a sentence that was not repeated would have been."""
        for sentence, count in self._said.items():
            if count > _SAID_ALIKE:
                say(f"… and {count - _SAID_ALIKE:,} times more: {sentence}")
        there = f"; {plural(self.known, 'text')} there already" if self.known else ""
        refused = f"; {self.refused:,} refused" if self.refused else ""
        tell(f"{safe(path)}: added {plural(self.added, 'document')}{there}{refused}")

    def _articles(self, paths: Sequence[str]) -> "Iterator[Article]":
        from ..exchange.articles import Article
        from ..exchange.intake import find, read, size_of

        files: list[Path] = []
        for found in find(paths, self._options):
            if isinstance(found, Path):
                files.append(found)
            elif not isinstance(found, Article):
                self._remark(found)
        with progress_bar(sum(map(size_of, files))) as progress:
            for file in files:
                for item in read(file, self._options, progress):
                    item = self._with_about(item) if isinstance(item, Article) and self._about else item
                    if isinstance(item, Article):
                        yield item
                    else:
                        self._remark(item)

    def _with_about(self, article: "Article") -> "Item":
        """The article with what the options say about it in the place of what its file says."""
        from ..exchange.articles import Article, described

        said = {field: getattr(article, field) for field in article.__struct_fields__ if field not in ("place", "text")}
        if "date" in self._about:
            said.pop("published_at")
        items = list(described(article.place, article.text, {**said, **self._about}))
        return next((item for item in items if isinstance(item, Article)), items[0])

    def _check_date(self) -> None:
        from ..exchange.articles import as_moment

        if not as_moment(self._about.get("date", ""))[1]:
            raise BadInput(f"--date {self._about['date']!r} is no date; write 2026-03-03 or 2026-03-03T06:30+01:00")

    def _remark(self, item: "Refused | Note") -> None:
        """Say what was refused or decided; the same sentence only so often."""
        from ..exchange.articles import Refused

        self.refused += isinstance(item, Refused)
        self._said[item.sentence] += 1
        if self._said[item.sentence] <= _SAID_ALIKE:
            say(f"{item.place}: {item.sentence}")

    def _write(self, batch: "list[Article]") -> list[dict[str, Any]]:
        from ..schema.bulk import AT_ONCE

        ledger = self._ledger()
        written: list[tuple[Article, str, bool]] = []
        with ledger.act() as act, act.fold.holding():
            self._apart = act.fold.words.merge_later = self._apart or len(batch) >= AT_ONCE
            waiting = iter(batch)
            while part := list(islice(waiting, AT_ONCE)):
                hashes = act.keep_texts([article.text for article in part])
                written += [
                    (article, sha256, self._add(act, article, sha256))
                    for article, sha256 in zip(part, hashes, strict=True)
                ]
        names = json.dumps([sha256 for _, sha256, _ in written])
        known = {sha256: (id_, title) for sha256, id_, title in ledger.connection.execute(_KNOWN, (names,))}
        rows = []
        for article, sha256, new in written:
            self.added += new
            self.known += not new
            id_, title = known[sha256]
            rows.append({"id": id_, "sha256": sha256, "title": title, "file": article.place, "new": new})
        return rows

    def _add(self, act: "Act", article: "Article", sha256: str) -> bool:
        from ..schema import acts

        about = {field: said for field in _ABOUT if (said := getattr(article, field))}
        if article.revises:
            act.fold.write_held()  # it may be one that came just before
            about["revises"] = self._revised(act, article)
        return acts.introduce_document(act, sha256, **about)

    def _revised(self, act: "Act", article: "Article") -> str | None:
        """The sha256 of the document that an article says it revises; None, with a remark, when that is not clear."""
        from ..exchange.articles import Note
        from ..schema import reading
        from ..schema.text import content_hash

        name = article.revises
        if len(name) == 64 and not set(name) - set("0123456789abcdef"):
            found = [name]
        else:
            found = [line.sha256 for line in reading.find_document(act.ledger.connection, name)]
        found = [sha256 for sha256 in found if sha256 != content_hash(article.text)]
        if len(found) == 1:
            return found[0]
        self._remark(Note(article.place, f"it revises {name!r}, which is no one document here; left out"))
        return None
