"""The rules on real articles, against what people annotated there; the figures are in docs/suggestions.md."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from onrecord.schema.text import Span
from onrecord.suggest.engine import Suggestion, suggest


def spans(pieces: list[dict[str, int]]) -> list[Span]:
    return [Span(piece["start"], piece["end"]) for piece in pieces]


def meets(suggestion: Suggestion, pieces: list[Span]) -> bool:
    return any(span.overlaps(piece) for span in suggestion.spans for piece in pieces)


@pytest.fixture(scope="module")
def gold(data: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((data / "seed" / "gold.json").read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def found(data: Path) -> list[Suggestion]:
    return suggest((data / "seed" / "taliban-denies-contacts.txt").read_bytes().decode())


def test_the_mentions_of_the_seed_article_are_proposed_with_a_right_label(
    found: list[Suggestion], gold: dict[str, Any]
) -> None:
    for occurrence in gold["occurrences"]:
        labels = {one.label for one in found if meets(one, spans(occurrence["content"]))}
        assert labels & set(occurrence["gold"]), occurrence["id"]


def test_few_proposals_in_the_seed_article_are_none(found: list[Suggestion], gold: dict[str, Any]) -> None:
    known = [spans(one["content"]) for one in gold["occurrences"]] + [spans(one["span"]) for one in gold["responses"]]
    assert sum(not any(meets(one, pieces) for pieces in known) for one in found) <= 4


def test_the_chains_of_the_seed_article_lead_to_the_origin(found: list[Suggestion], gold: dict[str, Any]) -> None:
    by_id = {one["id"]: spans(one["content"]) for one in gold["occurrences"]}
    chains = {
        name: [[(link.identified, link.relay) for link in one.chain] for one in found if meets(one, pieces)]
        for name, pieces in by_id.items()
    }
    relayed = [("named", True), ("described", False)]
    assert relayed in chains["O2"]
    assert relayed in chains["O3"]
    assert [("named", True), ("unspecified", False)] in chains["O4"]
    assert [("unspecified", True), ("described", False)] in chains["O5"]
    assert [("described", False)] in chains["O6"]


def test_what_is_proposed_is_mostly_annotated(data: Path) -> None:
    right = proposed = 0
    for path in sorted((data / "polnear" / "train" / "text").iterdir())[::40]:
        annotated = []
        for annotations in (data / "polnear" / "train" / "attributions").glob(f"{path.stem}_*.ann"):
            for line in annotations.read_text("utf-8").splitlines():
                piece = re.match(r"T\d+\tContent (\d+) (?:\d+;\d+ )*(\d+)\t", line)
                if piece and int(piece[1]) < int(piece[2]):  # a few are annotated as empty
                    annotated.append(Span(int(piece[1]), int(piece[2])))
        suggestions = suggest(path.read_bytes().decode())
        proposed += len(suggestions)
        right += sum(meets(one, annotated) for one in suggestions)
    assert proposed > 300
    assert right / proposed > 0.85
