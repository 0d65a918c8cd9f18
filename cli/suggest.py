"""`onrecord suggest`: what engines propose for all documents, kept as their own work or printed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import annotator_name, as_json, open_ledger, opened, progress_bar, project, signed, signer, the_document
from .printing import json_array, out, plural, safe
from .wording import shortened

if TYPE_CHECKING:
    from ..schema.records import Document
    from ..schema.text import Span
    from ..suggest.engine import Suggestion
    from ..suggest.engines import Engine
    from ..suggest.learning import Ranker


@click.command()
@project
@click.option("--document", "doc", metavar="DOC", help="Only this document.")
@click.option("--engine", "engine_name", default="rules", metavar="NAME", help="Who proposes. [rules]")
@click.option(
    "--model",
    default="",
    metavar="NAME",
    help="For llm: the model to ask; the text goes to it. For spacy: the pipeline.",
)
@click.option("--least", type=click.IntRange(0, 100), default=0, help="Only what is at least so sure, in per cent.")
@click.option("--explain", is_flag=True, help="Say why each came; nothing is kept.")
@click.option("--seed", type=int, default=0, help="For what is learnt from your answers. [0]")
@signed
@as_json
def suggest(
    project: Path, doc: str | None, engine_name: str, model: str, least: int, explain: bool, seed: int,
    annotator: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Propose mentions with labels and chains for all documents.

    They are kept as the engine's own work, under its name and version: `o` shows them in the Reader, and there they are
    offered. Doing it again adds nothing. --json prints them instead (document, spans, label, kind, chain, confidence),
    and so does --explain, in words, with the rule that found each and what your own answers made of it.
    """
    from ..suggest.engines import engine

    made = engine(engine_name, model=model)
    if as_json or explain:
        with opened(project, annotator) as connection:
            ranker = _learnt(connection, made, annotator_name(annotator), seed)
            found = _found(connection, project, doc, made, ranker, least)
            if as_json:
                json_array(_row(document, each) for document, each in found)
            else:
                _explain(found, ranker)
        return
    signer(annotator)
    _keep(project, doc, made, annotator, least)


def _keep(project: Path, doc: str | None, made: "Engine", annotator: str | None, least: int) -> None:
    from ..suggest.engines import signature
    from ..suggest.offers import keep

    counts: Counter[str] = Counter()
    with open_ledger(project, annotator) as ledger, opened(project, annotator) as connection:
        for document, those in _by_document(_found(connection, project, doc, made, None, least, bar=True)):
            with ledger.act() as act:
                for each in those:
                    new = keep(act, made, each, document.sha256, document.text)
                    counts[each.label] += new
    labels = ", ".join(f"{number:,} {label}" for label, number in sorted(counts.items()) if number)
    out(f"{safe(signature(made))}: {plural(counts.total(), 'new mention')}{f': {labels}' if labels else ''}")


def _learnt(connection: Any, made: "Engine", name: str | None, seed: int) -> "Ranker | None":
    """What the annotator's answers teach, where scikit-learn is there to learn it."""
    from ..schema.errors import MissingExtra
    from ..suggest import learning

    if not name:
        return None
    try:
        return learning.learn(learning.answered(connection, name, made), seed)
    except MissingExtra:
        return None


def _found(
    connection: Any, path: Path, doc: str | None, made: "Engine", ranker: "Ranker | None", least: int, bar: bool = False
) -> "Iterator[tuple[Document, Suggestion]]":
    from ..schema import reading
    from ..suggest.learning import ranked
    from ..suggest.offers import live

    if doc:
        ids = [the_document(connection, path, doc).id]
    else:
        ids = [row[0] for row in connection.execute("SELECT id FROM documents ORDER BY id")]
    with progress_bar(len(ids) if bar else 0) as progress:
        for id_ in ids:
            document = reading.document(connection, id_)
            if document:
                for _, each in ranked(live(document.text, made), ranker):
                    if each.confidence >= least:
                        yield document, each
            progress(1)


def _by_document(
    found: "Iterable[tuple[Document, Suggestion]]",
) -> "Iterator[tuple[Document, list[Suggestion]]]":
    from itertools import groupby

    for _, group in groupby(found, key=lambda pair: pair[0].id):
        pairs = list(group)
        yield pairs[0][0], [each for _, each in pairs]


def _row(document: "Document", each: "Suggestion") -> dict[str, Any]:
    chain = [
        {
            "name": link.name, "kind": link.kind, "identified": link.identified, "relay": link.relay,
            "spans": _spans(link.spans), "cue": _spans(link.cue),
        }
        for link in each.chain
    ]  # fmt: skip
    return {
        "document": document.sha256, "title": document.title, "spans": _spans(each.spans), "label": each.label,
        "kind": each.kind, "chain": chain, "confidence": each.confidence, "rule": each.rule,
        "quote": " … ".join(span.cut(document.text) for span in each.spans),
    }  # fmt: skip


def _spans(spans: "Iterable[Span]") -> list[dict[str, int]]:
    return [{"start": span.start, "end": span.end} for span in spans]


def _explain(found: "Iterable[tuple[Document, Suggestion]]", ranker: "Ranker | None") -> None:
    for document, those in _by_document(found):
        out(f"document {document.id}: {safe(document.title)}")
        for each in those:
            quote = " … ".join(span.cut(document.text) for span in each.spans)
            label = f"{each.label}, {each.kind}" if each.kind else each.label
            out(f"  {each.confidence:>3} %  {label}: “{safe(shortened(quote))}”")
            who = " → ".join(safe(link.name or "nobody named") for link in each.chain)
            out(f"         rule “{each.rule}”{f'; by {who}' if who else ''}")
            for reason in ranker.reasons(each) if ranker else ():
                out(f"         your answers: {safe(reason)}")
