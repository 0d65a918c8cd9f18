"""The engine that goes by a parse: what belongs to a verb is told by its arcs, whatever pipeline drew them."""

from typing import Any

import pytest
from onrecord.schema.errors import BadInput
from onrecord.suggest import spacy_engine
from onrecord.suggest.engine import Suggestion
from onrecord.suggest.engines import engine
from onrecord.suggest.offers import fits

spacy = pytest.importorskip("spacy")


def parsed(*words: tuple[str, str, str, int, str]) -> tuple[Any, str]:
    """A document whose parse is written out: (word, lemma, part of speech, head, arc), a space after each word."""
    texts, lemmas, parts, heads, arcs = zip(*words, strict=True)
    vocabulary = spacy.blank("en").vocab
    doc = spacy.tokens.Doc(
        vocabulary, words=list(texts), spaces=[True] * len(texts), lemmas=list(lemmas), pos=list(parts),
        heads=list(heads), deps=list(arcs),
    )  # fmt: skip
    return doc, doc.text


def read(*words: tuple[str, str, str, int, str]) -> tuple[list[Suggestion], str]:
    doc, text = parsed(*words)
    found = spacy_engine.read(doc, text)
    assert all(fits(text, each) for each in found)
    return found, text


def cut(spans: tuple[Any, ...], text: str) -> list[str]:
    return [span.cut(text) for span in spans]


def test_a_clause_before_its_verb_and_subject() -> None:
    (found,), text = read(
        ("The", "the", "DET", 1, "det"), ("gate", "gate", "NOUN", 2, "nsubj"), ("stopped", "stop", "VERB", 7, "ccomp"),
        (",", ",", "PUNCT", 7, "punct"), ("a", "a", "DET", 6, "det"), ("harbour", "harbour", "NOUN", 6, "compound"),
        ("official", "official", "NOUN", 7, "nsubj"), ("said", "say", "VERB", 7, "ROOT"), (".", ".", "PUNCT", 7, "punct"),
    )  # fmt: skip
    assert cut(found.spans, text) == ["The gate stopped"]
    assert (found.label, found.kind) == ("anonymous", "described")
    (link,) = found.chain
    assert cut(link.spans, text) == ["a harbour official"]
    assert cut(link.cue, text) == ["said"]


def test_a_denial_with_auxiliaries_by_a_named_person() -> None:
    (found,), text = read(
        ("Ilse", "Ilse", "PROPN", 1, "compound"), ("Brand", "Brand", "PROPN", 3, "nsubj"),
        ("has", "have", "AUX", 3, "aux"), ("denied", "deny", "VERB", 3, "ROOT"), ("that", "that", "SCONJ", 6, "mark"),
        ("it", "it", "PRON", 6, "nsubj"), ("closed", "close", "VERB", 3, "ccomp"), (".", ".", "PUNCT", 3, "punct"),
    )  # fmt: skip
    assert cut(found.spans, text) == ["that it closed"]
    assert (found.label, found.kind) == ("denied", "flat_denial")
    assert cut(found.chain[0].cue, text) == ["has denied"]
    assert found.chain[0].name == "Ilse Brand"


def test_a_clause_around_those_who_say_it_is_in_pieces() -> None:
    (found,), text = read(
        ("The", "the", "DET", 1, "det"), ("gate", "gate", "NOUN", 6, "nsubj"), (",", ",", "PUNCT", 4, "punct"),
        ("she", "she", "PRON", 4, "nsubj"), ("said", "say", "VERB", 4, "ROOT"), (",", ",", "PUNCT", 4, "punct"),
        ("stopped", "stop", "VERB", 4, "ccomp"), (".", ".", "PUNCT", 4, "punct"),
    )  # fmt: skip
    assert cut(found.spans, text) == ["The gate", "stopped"]


def test_according_to() -> None:
    (found,), text = read(
        ("It", "it", "PRON", 1, "nsubj"), ("closed", "close", "VERB", 1, "ROOT"), (",", ",", "PUNCT", 1, "punct"),
        ("according", "accord", "VERB", 1, "prep"), ("to", "to", "ADP", 3, "prep"), ("the", "the", "DET", 6, "det"),
        ("ministry", "ministry", "NOUN", 4, "pobj"), (".", ".", "PUNCT", 1, "punct"),
    )  # fmt: skip
    assert cut(found.spans, text) == ["It closed"]
    assert cut(found.chain[0].cue, text) == ["according to"]
    assert cut(found.chain[0].spans, text) == ["the ministry"]


def test_a_text_without_reports_and_one_that_is_too_long() -> None:
    assert read(("It", "it", "PRON", 1, "nsubj"), ("closed", "close", "VERB", 1, "ROOT")) == ([], "It closed ")


def test_a_pipeline_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(BadInput, match="has no pipeline 'nowhere'"):
        engine("spacy", model="nowhere")


def test_a_pipeline_of_the_users_own_is_taken(tmp_path: Any) -> None:
    pipeline = spacy.blank("en")
    pipeline.meta["name"] = "mine"
    pipeline.to_disk(tmp_path / "mine")
    made = engine("spacy", model=str(tmp_path / "mine"))
    assert (made.name, list(made.suggest("He said so."))) == ("spacy en_mine", [])
    assert list(made.suggest("x" * (spacy_engine.LONGEST + 1))) == []
