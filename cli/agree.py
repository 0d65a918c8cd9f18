"""`onrecord agree`: how far annotators agree, layer by layer."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import structs

from .options import as_json, asked, opened, project
from .printing import json_array, out, plural, safe, say, table

if TYPE_CHECKING:
    from ..measure.agreement import Agreement, Figure

_LAYERS = ("boundaries", "labels", "attribution", "claims")
_BYS = ("annotator", "outlet", "document", "suggestion")


@click.command()
@project
@click.option("--layer", type=click.Choice(_LAYERS), help="Only this layer.")
@click.option("--by", type=click.Choice(_BYS), help="Every figure for each pair, outlet, document, or kind of mark.")
@click.option("--annotators", default="", metavar="A,B,...", help="Only these annotators.")
@click.option(
    "--documents", "which", type=click.Choice(["submitted", "all"]), default="submitted",
    help="Those that two have submitted, or all that two worked on. [submitted]",
)  # fmt: skip
@click.option("--against", type=click.Choice(["gold"]), help="Each annotator against what was ruled, not each other.")
@click.option("--samples", type=click.IntRange(0, 100_000), default=1000, help="Draws for the intervals. [1000]")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=1, help="What the draws follow from. [1]")
@asked
@as_json
def agree(
    project: Path,
    layer: str | None,
    by: str | None,
    annotators: str,
    which: str,
    against: str | None,
    samples: int,
    seed: int,
    annotator: str | None,
    as_json: bool,
) -> None:
    """Measure how far annotators agree, layer by layer.

    Layers are boundaries (where mentions are), labels, attribution (who stands behind them) and claims (which mentions
    are of one). Each figure comes with a 95 % interval: documents are drawn again, as often as --samples says.

    Documents count that two annotators have submitted. If nobody has submitted any, or with --documents all, mentions
    in them are enough. --by annotator is for each pair of annotators; --by suggestion tells marks that came from a
    suggestion from those that did not; --by document begins with the one that disagrees most.

    --against gold compares each annotator with what adjudicators ruled, in the documents in which all is ruled on:
    precision, recall and F1 in each layer. Whoever the ruling took a mention from agrees with it by that.
    """
    from ..measure.agreement import Options, agreement

    names = tuple(filter(None, (name.strip() for name in annotators.split(","))))
    if against:
        if layer or by or which != "submitted":
            raise click.UsageError("--layer, --by and --documents do not go with --against gold")
        _show_gold(project, annotator, names, as_json=as_json)
        return
    options = Options(
        layer=layer, by=by, documents=which, samples=samples, seed=seed,  # type: ignore[arg-type]
        annotators=names,
    )  # fmt: skip
    with opened(project, annotator) as connection:
        found = agreement(connection, options)
        titles = _titles(connection) if by == "document" else {}
    for sentence in found.said:
        say(sentence)
    if as_json:
        json_array(structs.asdict(figure) for figure in found.figures)
    elif found.figures:
        _show(found, titles)


def _show_gold(project: Path, viewer: str | None, names: tuple[str, ...], *, as_json: bool) -> None:
    """How each annotator's work compares with the gold layer."""
    from ..measure.adjudication import against_gold
    from ..schema.layers import Layer, left_out

    with opened(project, viewer) as connection:
        for name in names:
            left_out(connection, Layer("annotator", name))
        said = left_out(connection, Layer("gold"))
        scores = against_gold(connection, annotators=names)
    for sentence in said:
        say(sentence)
    rows = [
        {
            "id": f"{each.annotator}/{each.layer}", "annotator": each.annotator, "layer": each.layer,
            "precision": each.precision, "recall": each.recall, "f1": each.f1, "hits": each.hits,
            "theirs": each.theirs, "gold": each.gold, "documents": each.documents,
        }
        for each in scores
    ]  # fmt: skip
    if as_json:
        json_array(rows)
        return
    if not rows:
        say("no document in which all is ruled on was submitted by an annotator, so there is nothing to compare")
        return
    shown = ({key: _figure(value) for key, value in row.items()} for row in rows)
    table(["annotator", "layer", "precision", "recall", "f1", "hits", "theirs", "gold", "documents"], shown)


def _figure(value: object) -> object:
    return "undefined" if value is None else f"{value:.3f}" if isinstance(value, float) else value


def _titles(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT CAST(id AS TEXT), title FROM documents").fetchall())


def _show(found: "Agreement", titles: dict[str, str]) -> None:
    """The figures as a table, then the documents to look at first."""
    out(f"{plural(len(found.annotators), 'annotator')} on {plural(found.documents, 'document')}")
    out()
    split = any(figure.of != "all" for figure in found.figures)
    columns = [*(("of",) if split else ()), "layer", "measure", "label", "value", "interval", "units"]
    table(columns, (_row(figure, titles) for figure in found.figures))
    if found.most and not titles:
        out()
        out("documents that disagree most:")
        for line in _most(found):
            out(line)


def _row(figure: "Figure", titles: dict[str, str]) -> dict[str, object]:
    value = "undefined" if figure.value is None else f"{figure.value:.3f}"
    interval = "" if figure.low is None else f"{figure.low:.3f} to {figure.high:.3f}"
    of = f"{figure.of} {titles[figure.of]}" if figure.of in titles else figure.of
    return {**structs.asdict(figure), "of": of, "value": value, "interval": interval}


def _most(found: "Agreement") -> Iterator[str]:
    for each in found.most:
        layers = {
            "boundaries": each.boundaries, "labels": each.labels, "attribution": each.attribution, "claims": each.claim
        }  # fmt: skip
        where = ", ".join(f"{number} in {layer}" for layer, number in layers.items() if number)
        verb = "differs" if each.groups == 1 else "differ"
        differ = f"{each.differing} of {plural(each.groups, 'group')} {verb} ({where})"
        yield f"  {each.document.id}  {safe(each.document.title)}: {differ}"
