"""CoNLL-2003-like text: a token a line, its columns separated by one space, an empty line after each sentence.

The columns are TOKEN START END CONTENT SOURCE CUE LABEL. START and END are code points of the document's text, so that
tokens find their place again; the other four are layers of IOB2 tags (`B-`, `I-`, `O`), one tag a token:

- CONTENT: the words of mentions, as `B-content`;
- SOURCE, CUE: the words of the sources and cues of their marks' chains, as `B-source` and `B-cue`;
- LABEL: the words of mentions again, with their labels in alphabetical order, as `B-anonymous+denied`.

Each annotator's work on a document is a section of its own. It begins with a line `-DOCSTART-` and lines of comment,
which begin with `#` and name the document and the annotator, up to the first empty line. No other line is a comment:
a token may be `#` itself. Documents that nobody annotated or submitted are left out, for `O` would say that somebody
had looked.

A token is in a span if they share a character. Tags of one layer cannot overlap, so the longest span is tagged first,
of equals the one that begins first, and one that meets a token that has its tag already is left out as a whole; a
comment names it, as it does words without any token. Each piece of a discontinuous span, and each sentence of one that
runs over several, begins with `B-`.
"""

import re
import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from ..schema.anchors import Anchor
from ..schema.events import Mention
from ..schema.segments import Segments
from ..schema.text import Span, visible
from .annotated import Annotated, annotators_first
from .formats import Format, Outgoing
from .held import documents_held

LAYERS = ("content", "source", "cue", "label")
_BETWEEN = re.compile(r"(\S)\1*")
"""What stands between words: each run of one character is a token."""
_NOT_IN_A_TAG = re.compile(r"\s+")


class _Chunk(Struct, frozen=True):
    """What is to be tagged in one layer: its pieces, the name of its tag, and what to call it if it is left out."""

    pieces: tuple[Span, ...]
    tag: str
    called: str


def write_conll(connection: sqlite3.Connection, out: Path, _: Outgoing) -> int:
    """Write all documents that somebody worked on; the answer is how many there were."""
    number = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        for item in documents_held(connection):
            sections = list(annotators_first(item))
            number += bool(sections)
            sentences = tokens_of(item.text) if sections else []
            for annotator, mentions in sections:
                file.writelines(f"{line}\n" for line in _section(item, annotator, mentions, sentences))
    return number


def tokens_of(text: str) -> list[list[Span]]:
    """The tokens of a text, sentence by sentence: its words, and between them each run of one visible character.

    No token has white space in it, and every other character is in one.
    """
    segments = Segments(text)
    words = iter(segments.words)
    word = next(words, None)
    sentences = []
    for sentence in segments.sentences:
        tokens: list[Span] = []
        at = sentence.start
        while word is not None and word.start < sentence.end:
            tokens += _between(text, at, word.start)
            tokens.append(word)
            at = word.end
            word = next(words, None)
        tokens += _between(text, at, sentence.end)
        sentences.append(tokens)
    return sentences


def _between(text: str, start: int, end: int) -> Iterator[Span]:
    return (Span(*run.span()) for run in _BETWEEN.finditer(text, start, end))


def _section(
    item: Annotated, annotator: str, mentions: dict[str, Mention], sentences: list[list[Span]]
) -> Iterator[str]:
    tokens = [token for sentence in sentences for token in sentence]
    beginnings = {sentence[0].start for sentence in sentences if sentence}
    columns, left_out = [], []
    for layer, chunks in _layers(item, mentions).items():
        tags, over = _tagged(chunks, tokens, beginnings)
        columns.append(tags)
        left_out += [f"{layer} {each}" for each in over]
    yield "-DOCSTART- -X- -X- O O O O"
    yield from _comments(item, annotator, left_out)
    yield ""
    rows = zip(tokens, *columns, strict=True)
    for sentence in sentences:
        for token, *tags in (next(rows) for _ in sentence):
            yield " ".join([token.cut(item.text), str(token.start), str(token.end), *tags])
        yield ""


def _comments(item: Annotated, annotator: str, left_out: list[str]) -> Iterator[str]:
    submission = item.submissions.get(f"{annotator}/{item.sha256}")
    said = {
        "document": item.document.title,
        "outlet": item.document.outlet,
        "published_at": item.document.published_at,
        "sha256": item.sha256,
        "annotator": annotator,
        "submission": submission.state if submission else "",
    }
    yield from (f"# {name} = {visible(' '.join(words.split()))}" for name, words in said.items() if words)
    yield from (f"# left out, as it overlaps or has no token: {each}" for each in left_out)


def _layers(item: Annotated, mentions: dict[str, Mention]) -> dict[str, list[_Chunk]]:
    found: dict[str, list[_Chunk]] = {layer: [] for layer in LAYERS}
    for uid, mention in mentions.items():
        marks = sorted(item.marks_of(uid), key=lambda mark: mark.label)
        found["content"].append(_chunk("content", mention.spans))
        if marks:
            found["label"].append(_chunk("+".join(mark.label for mark in marks), mention.spans))
        for mark in marks:
            for link in mark.chain:
                found["source"] += [_chunk("source", link.spans)] if link.spans else []
                found["cue"] += [_chunk("cue", link.cue)] if link.cue else []
    return found


def _chunk(name: str, anchors: Iterable[Anchor]) -> _Chunk:
    pieces = tuple(Span(each.start, each.end) for each in anchors)
    called = " ".join(f"{piece.start}:{piece.end}" for piece in pieces)
    tag = _NOT_IN_A_TAG.sub("_", name)
    return _Chunk(pieces, tag, called if tag in LAYERS else f"{called} {tag}")


def _tagged(chunks: list[_Chunk], tokens: list[Span], beginnings: set[int]) -> tuple[list[str], list[str]]:
    """A tag for each token, and what found no room; the same words tagged alike count once."""
    starts, ends = [token.start for token in tokens], [token.end for token in tokens]
    tags, left_out = ["O"] * len(tokens), []
    once = {(chunk.pieces, chunk.tag): chunk for chunk in chunks}.values()
    for chunk in sorted(once, key=_longest_first):
        # The tokens that a piece shares a character with: from the first that ends in it to the last that begins in it.
        runs = [range(bisect_right(ends, each.start), bisect_left(starts, each.end)) for each in chunk.pieces]
        places = [at for run in runs for at in run]
        if not places or any(tags[at] != "O" for at in places):
            left_out.append(chunk.called)
            continue
        for run in runs:
            for at in run:
                first = at == run.start or tokens[at].start in beginnings
                tags[at] = f"{'B' if first else 'I'}-{chunk.tag}"
    return tags, left_out


def _longest_first(chunk: _Chunk) -> tuple[int, int, str]:
    return -sum(each.end - each.start for each in chunk.pieces), chunk.pieces[0].start, chunk.tag


FORMAT = Format(
    name="conll",
    about="tokens with IOB2 tags, a section for each annotator's work on a document",
    endings=(".conll",),
    write=write_conll,
)
