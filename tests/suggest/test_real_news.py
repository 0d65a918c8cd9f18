"""Sources and cues in real articles, against what people annotated there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from onrecord.schema.text import Span
from onrecord.suggest.cues import cue_for
from onrecord.suggest.sources import Candidate, candidates


def _spans(pieces: list[dict[str, int]]) -> list[Span]:
    return [Span(piece["start"], piece["end"]) for piece in pieces]


@pytest.fixture(scope="module")
def gold(data: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((data / "seed" / "gold.json").read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def article(data: Path) -> str:
    return (data / "seed" / "taliban-denies-contacts.txt").read_bytes().decode()


def test_every_source_of_the_seed_article_is_a_candidate_and_rightly_identified(
    article: str, gold: dict[str, Any]
) -> None:
    found = {candidate.span: candidate for candidate in candidates(article)}
    for occurrence in gold["occurrences"]:
        for link in occurrence["chain"]:
            for span in _spans(link["source_span"]):
                assert span in found, (occurrence["id"], span.cut(article))
                assert _agrees(found[span], link["ident"]), (occurrence["id"], found[span])


def _agrees(candidate: Candidate, ident: str) -> bool:
    """The gold tells named, described and unspecified apart."""
    return ident.removeprefix("unnamed_").startswith(candidate.identified)


def test_rementions_in_the_seed_article_lead_to_the_right_source(article: str) -> None:
    found = candidates(article)
    meant = {
        candidate.span.start: found[candidate.same_as].name for candidate in found if candidate.same_as is not None
    }
    assert (meant[224], meant[526], meant[1229], meant[1738]) == (
        "Sunday Times",
        "senior Russian official",
        "Taliban",
        "Sunday Times",
    )


def test_every_link_of_the_seed_article_gets_its_cue(article: str, gold: dict[str, Any]) -> None:
    for occurrence in gold["occurrences"]:
        content = _spans(occurrence["content"])
        extent = Span(content[0].start, content[-1].end)
        taken: list[Span] = []
        for link in occurrence["chain"]:
            source, cue = _spans(link["source_span"]), _spans(link.get("cue", []))
            found = cue_for(article, source[0] if source else None, extent, taken)
            if occurrence["id"] == "O3" and not taken:
                # The gold points at a "quoted" of another paragraph; the cue is the one in the source's own sentence.
                cue = [Span(1461, 1467)]
            assert found == (cue[0] if cue else None), (occurrence["id"], link["source"])
            taken += [found] if found else []


def _annotated(folder: Path) -> Iterator[tuple[str, set[tuple[Span, ...]]]]:
    """Each text with the sources that somebody found in it."""
    for path in sorted((folder / "text").iterdir()):
        sources: set[tuple[Span, ...]] = set()
        for annotations in (folder / "attributions").glob(f"{path.stem}_*.ann"):
            for line in annotations.read_text("utf-8").splitlines():
                if found := re.match(r"T\d+\tSource ([\d ;]+)\t", line):
                    pieces = (piece.split() for piece in found[1].split(";"))
                    sources.add(tuple(Span(int(start), int(end)) for start, end in pieces))
        yield path.read_bytes().decode(), sources


@pytest.mark.slow
def test_most_annotated_sources_are_found_without_flooding_the_reader(data: Path) -> None:
    found = overlapping = proposed = words = 0
    for text, sources in _annotated(data / "polnear" / "dev"):
        spans = [candidate.span for candidate in candidates(text)]
        found += len(sources)
        overlapping += sum(any(span.overlaps(piece) for span in spans for piece in source) for source in sources)
        proposed += len(spans)
        words += len(text.split())
    assert found > 1900
    assert overlapping / found > 0.75
    assert proposed / words < 0.06
