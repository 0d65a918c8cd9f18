"""What is fuzzed: each target takes bytes from a stranger and must answer with something good or with one sentence.

A target returns when that held. It raises `Fault`, or whatever the program raised, when it did not.
"""

import contextlib
import io
import os
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from fuzz_sample import TEXTS, fill
from msgspec import Struct
from onrecord.cli.main import run
from onrecord.exchange.articles import Refused
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import Format, formats
from onrecord.exchange.importing import ImportOptions, bring_in
from onrecord.exchange.intake import Options
from onrecord.exchange.intake import read as read_articles
from onrecord.exchange.mapping import read_mapping
from onrecord.exchange.report import Report
from onrecord.schema.check import check
from onrecord.schema.errors import OnrecordError
from onrecord.schema.ledger import Ledger
from onrecord.schema.store import connect
from onrecord.suggest import cuebook
from onrecord.tui import settings
from project_state import MEMORY, open_quickly

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
BESIDE = b"\n--beside--\n"
"""In an input of a format whose text stands in a second file, what parts the two."""


class Fault(AssertionError):
    """Bytes were answered with something that no user should see."""


class Target(Struct, frozen=True):
    """Something that takes bytes; `words` are worth having in inputs."""

    run: Callable[[bytes], None]
    words: tuple[bytes, ...] = ()


@cache
def sample() -> bytes:
    """The bytes of a small project with documents, claims, sources and marks in it."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        path = Path(folder) / "p.db"
        with open_quickly(path) as ledger:
            fill(ledger)
        return path.read_bytes()


@contextmanager
def sample_project() -> Iterator[Ledger]:
    """That project in a folder of its own, open for an annotator who is new to it."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        path = Path(folder) / "p.db"
        path.write_bytes(sample())
        with open_quickly(path, "bo", "d2") as ledger:
            yield ledger


def dice(data: bytes) -> int:
    """A number that depends on an input alone, so that a replay takes the same ways."""
    return zlib.crc32(data)


def assert_sound(ledger: Ledger) -> None:
    """What came in must leave the project sound."""
    for finding in check(ledger.connection):
        if finding.level == "problem":
            raise Fault(finding.what)


def assert_sentence(sentence: str) -> None:
    """One line, for a person."""
    if len(sentence.splitlines()) > 1 or "Traceback" in sentence or "cannot go on" in sentence:
        raise Fault(f"is no sentence for a person: {sentence[:500]}")


def importing(form: Format) -> Callable[[bytes], None]:
    """`onrecord import` of one file of a format."""

    def take(data: bytes) -> None:
        body, _, beside = data.partition(BESIDE)
        with sample_project() as ledger, tempfile.TemporaryDirectory(dir=MEMORY) as folder:
            path = Path(folder) / f"x{form.endings[0]}"
            path.write_bytes(body)
            (Path(folder) / "x.txt").write_bytes(beside or TEXTS[0].encode())
            report, rolled = Report(), dice(data)
            options = ImportOptions(keep_good=bool(rolled & 1), update=bool(rolled & 2))
            kept = bring_in(ledger, path, form, options, report)
            for row in report.rows():
                assert_sentence(str(row["reason"]))
            if not kept and not report.refused:
                raise Fault("nothing was kept, and no reason was given")
            if rolled % 16 == 0:
                assert_sound(ledger)

    return take


def adding(form: Format) -> Callable[[bytes], None]:
    """`onrecord add` of one file of a format."""

    def take(data: bytes) -> None:
        with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
            path = Path(folder) / f"x{form.endings[0]}"
            path.write_bytes(data)
            items = 0
            for item in read_articles(path, Options(form.name, keep_good=bool(dice(data) & 1))):
                items += 1
                if isinstance(item, Refused):
                    assert_sentence(item.sentence)
            if not items and form.name == "txt":
                raise Fault("an article vanished without a word")

    return take


def receiving(data: bytes) -> None:
    """Events of another device, one a line."""
    with sample_project() as ledger:
        lines = data.split(b"\n")
        received = ledger.receive(lines, {})
        for reason in received.quarantined:
            assert_sentence(reason)
        if received.added + received.known + len(received.quarantined) < len(lines):
            raise Fault("an event vanished without a word")
        if dice(data) % 8 == 0:
            assert_sound(ledger)


def opening(data: bytes) -> None:
    """A project file, some bytes of which somebody overwrote: each change is an offset of 3 bytes, a length, and bytes."""
    body = bytearray(sample())
    at = 0
    while at + 4 <= len(data) and at < 400:
        offset, length = int.from_bytes(data[at : at + 3], "big") % len(body), data[at + 3] % 32
        put = data[at + 4 : at + 4 + length]
        body[offset : offset + len(put)] = put
        at += 4 + length
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        path, own = Path(folder) / "p.db", Path(folder) / "own.db"
        path.write_bytes(bytes(body))
        own.write_bytes(sample())
        for words in (
            ["check", str(path)], ["claims", str(path)], ["list", str(path), "mentions"], ["merge", str(own), str(path)],
            ["export", str(path), str(Path(folder) / "x.jsonl")],
        ):  # fmt: skip
            told(["--as", "bo", *words])


def told(words: list[str]) -> tuple[int, str]:
    """Run a command line; its exit code and what it said. Errors must be one line without a traceback."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8", "replace"), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(words)
    if code not in (0, 1, 2, 3):
        raise Fault(f"{words}: exit code {code}")
    if "Traceback" in err.getvalue() or "\x1b" in err.getvalue():
        raise Fault(f"{words}: {err.getvalue()[:500]}")
    return code, err.getvalue()


COMMANDS = (
    "new add list show mark claims claim sources suggest link revise report undo redo import export merge formats agree"
    " check log completion"
).split()
PARTS = (
    *COMMANDS, "--as", "bo", "--json", "p.db", "x.txt", "x.jsonl", "y.db", "1", "2", "0:5", "5:0", "-1:3", "anonymous",
    "denied", "sourced", "--who", "--claim", "--title", "--date", "2026-01-01", "--format", "brat", "--map", "PER=-",
    "--unit", "utf-16", "documents", "mentions", "--help", "-h", "--copy", "--at", "--note", "--certainty", "101", "",
    "é😀", "\u202e", "[/x]", "%s", "{}", "\udc80", "a" * 300,
)  # fmt: skip
"""Words of a command line. Of what an input makes up itself, slashes and dots are left out: it stays in its folder."""


def commanding(data: bytes) -> None:
    """A command line: each byte is a word of the list, or a 255 and then a word of its own up to the next zero."""
    words: list[str] = []
    at = 0
    while at < len(data) and len(words) < 14:
        if data[at] < 255:
            words.append(PARTS[data[at] % len(PARTS)])
            at += 1
            continue
        own, _, _ = data[at + 1 : at + 60].partition(b"\0")
        words.append(os.fsdecode(own).replace("/", "").replace("..", "").replace("~", "").replace("\0", ""))
        at += 2 + len(own)
    before = Path.cwd()
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        os.chdir(folder)
        stdin, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(b"A text.\n"))
        try:
            Path("p.db").write_bytes(sample())
            Path("x.txt").write_text("A gate. An official said so.\n")
            told(words)
        finally:
            sys.stdin = stdin
            os.chdir(before)


def reading_toml(read: Callable[[Path], object]) -> Callable[[bytes], None]:
    """A file of settings, written by hand."""

    def take(data: bytes) -> None:
        with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
            path = Path(folder) / "x.toml"
            path.write_bytes(data)
            try:
                read(path)
            except OnrecordError as error:
                assert_sentence(error.sentence)

    return take


def _settings(path: Path) -> None:
    before, settings.settings_file = settings.settings_file, lambda: path
    try:
        settings.load()
        settings.save(name="ana")
        if settings.load().name != "ana":
            raise Fault("a setting was not kept")
    finally:
        settings.settings_file = before


def _cues(path: Path) -> None:
    cuebook.read(path.read_bytes().decode("utf-8", "replace"), path.name)


JSON_WORDS = (b'"text"', b'"label"', b'"start"', b'"end"', b'"spans"', b"null", b"-1", b"1e400", b'"\\ud800"', b"[[[[")
TOML_WORDS = (b"[labels]", b"[keys]", b'""', b"[[", b"= true", b"'''", b"\\u0000", b"{a=1}")


@cache
def targets() -> dict[str, Target]:
    """All targets by name."""
    found: dict[str, Target] = {}
    for name, form in formats().items():
        words = JSON_WORDS if any("json" in ending for ending in form.endings) else (b"\t", b" 0 5", b"<", b"99999999")
        if form.read:
            found[f"import-{name}"] = Target(importing(form), words)
        if form.articles:
            found[f"add-{name}"] = Target(adding(form), words)
    return {
        **found,
        "events": Target(receiving, (b'"parents"', b'"data"', b'"clock"', b"null", b"1e400", b"-1")),
        "project": Target(opening, (b"\0\0\0\x04", b"\xff\xff\xff\xff")),
        "commands": Target(commanding),
        "settings": Target(reading_toml(_settings), TOML_WORDS),
        "mapping": Target(reading_toml(lambda path: read_mapping([str(path)])), TOML_WORDS),
        "cuebook": Target(reading_toml(_cues), TOML_WORDS),
    }


def seeds() -> dict[str, list[bytes]]:
    """A few good inputs a target, made anew: what the corpus begins with."""
    made: dict[str, list[bytes]] = {name: [] for name in targets()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "p.db").write_bytes(sample())
        connection = connect(folder / "p.db", write=False)
        for name, form in formats().items():
            if form.read:
                out = folder / (name if form.folder else f"{name}{form.endings[0]}")
                export(connection, out, name=name)
                files = sorted(out.rglob(f"*{form.endings[0]}")) if form.folder else [out]
                made[f"import-{name}"] += [seed_of(path) for path in files[:2]]
        made["events"] += [
            b"\n".join(body for (body,) in connection.execute("SELECT body FROM events ORDER BY id DESC LIMIT 12"))
        ]
        connection.close()
    for name in made:
        if name.startswith("add-"):
            made[name] += ARTICLES[name.removeprefix("add-")]
    made["project"] += [b"\0\0\x1c\x04\x7f\xff\xff\xff", b"\0\x40\x05\x10" + b"\xff" * 16, b"\x04\0\0\x08" + b"\0" * 8]
    made["commands"] += [
        bytes(PARTS.index(word) for word in line)
        for line in (
            ("mark", "p.db", "1", "0:5", "anonymous", "--who", "bo"),
            ("add", "p.db", "x.txt", "--title", "é😀", "--date", "2026-01-01"),
            ("export", "p.db", "x.jsonl", "--format", "brat"), ("claims", "p.db", "--json"), ("report", "p.db"),
            ("agree", "p.db"), ("suggest", "p.db", "1"), ("import", "p.db", "x.jsonl", "--map", "PER=-"),
        )
    ]  # fmt: skip
    made["settings"] += [
        b'name = "ana"\ntheme = "onrecord-dark"\nsuggestions = true\n[keys]\n"reader.submit" = "space"\n'
    ]
    made["mapping"] += [
        b'[labels]\nPER = "sourced/person"\nX = "-"\n[annotators]\nu1 = "Ana"\n[columns]\nquote = "T"\n'
    ]
    made["cuebook"] += [Path(cuebook.__file__).with_name("cues.toml").read_bytes()]
    return made


def seed_of(path: Path) -> bytes:
    """A file as an input; of a format whose text stands beside it, with that."""
    beside = path.with_suffix(".txt")
    return path.read_bytes() + (BESIDE + beside.read_bytes() if path.suffix == ".ann" and beside.is_file() else b"")


_PAGE = (
    b"<html><head><title>Gate</title><meta property='article:published_time' content='2026-03-01'></head><body><article>"
    + b"<p>The gate stopped short, an official said on Monday, and nobody knows why it did.</p>" * 4
    + b"</article></body></html>"
)
_WARC = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/gate\r\nWARC-Date: 2026-03-01T00:00:00Z\r\n"
    b"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\nContent-Type: application/http; msgtype=response\r\n"
    b"Content-Length: %d\r\n\r\n%s\r\n\r\n"
)
_HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + _PAGE
ARTICLES: dict[str, list[bytes]] = {
    "txt": [TEXTS[0].encode()],
    "md": [b"---\ntitle: Gate\ndate: 2026-03-01\noutlet: Mercury\n---\n\n# Gate\n\nIt *stopped* short.\n"],
    "html": [_PAGE],
    "warc": [_WARC % (len(_HTTP), _HTTP)],
    "jsonl": [
        b'{"text": "The gate stopped.", "title": "Gate", "published_at": "2026-03-01", "url": "https://example.org"}\n'
    ],
}
