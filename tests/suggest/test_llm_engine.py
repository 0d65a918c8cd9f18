"""A language model as an engine: asked only by name, and believed only where its words stand in the text."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from onrecord.schema.errors import BadInput
from onrecord.suggest.engines import engine, signature
from onrecord.suggest.llm_engine import LONGEST, Model

llm = pytest.importorskip("llm")

TEXT = "The gate stopped short, a harbour official said. It closed fully, said Ilse Brand. It closed fully."
GOOD = {"quote": "The gate stopped short", "label": "anonymous", "source": "a harbour official", "cue": "said",
        "identified": "described", "confidence": 80}  # fmt: skip


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A model that answers what the test says, and remembers what it was asked."""
    state: dict[str, Any] = {"answer": "[]", "asked": []}

    class Fake(llm.Model):  # type: ignore[misc, name-defined]
        model_id = "fake-model"
        can_stream = False

        def execute(self, prompt: Any, *_: Any, **__: Any) -> Iterator[str]:
            state["asked"].append(prompt.prompt)
            if isinstance(state["answer"], Exception):
                raise state["answer"]
            yield state["answer"]

    class Plugin:
        __name__ = "fake"

        @llm.hookimpl  # type: ignore[untyped-decorator]
        def register_models(self, register: Any) -> None:
            register(Fake())

    llm.plugins.pm.register(Plugin(), name="fake")
    yield state
    llm.plugins.pm.unregister(name="fake")


def test_what_stands_in_the_text_is_taken(fake: dict[str, Any]) -> None:
    fake["answer"] = f"Here you are:\n```json\n{json.dumps([GOOD])}\n```"
    made = engine("llm", model="fake-model")
    assert signature(made) == "llm fake-model 1"
    (found,) = made.suggest(TEXT)
    assert [span.cut(TEXT) for span in found.spans] == ["The gate stopped short"]
    assert (found.label, found.confidence) == ("anonymous", 80)
    (link,) = found.chain
    assert [span.cut(TEXT) for span in (*link.spans, *link.cue)] == ["a harbour official", "said"]
    assert link.cue[0].start == TEXT.index("said")
    assert len(fake["asked"]) == 1
    assert fake["asked"][0].endswith(TEXT)


@pytest.mark.parametrize(
    "item",
    [
        {**GOOD, "quote": "words that are not there"}, {**GOOD, "quote": "It closed fully"}, {**GOOD, "quote": ""},
        {**GOOD, "label": "true"}, {**GOOD, "quote": 7}, {"label": "sourced"}, 7, None, [[]],
    ],
    ids=str,
)  # fmt: skip
def test_what_does_not_is_left_out(fake: dict[str, Any], item: object) -> None:
    fake["answer"] = json.dumps([item, GOOD])
    assert len(list(Model("fake-model").suggest(TEXT))) == 1


@pytest.mark.parametrize("answer", ["", "I cannot do that.", "[", "[" * 100_000, '{"a": 1}', "] ["])
def test_an_answer_that_is_none_proposes_nothing(fake: dict[str, Any], answer: str) -> None:
    fake["answer"] = answer
    assert Model("fake-model").suggest(TEXT) == []


def test_nothing_is_sent_unless_a_model_is_named(fake: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="--model"):
        engine("llm")
    with pytest.raises(BadInput, match="knows no model 'absent'"):
        engine("llm", model="absent")
    assert Model("fake-model").suggest("x" * (LONGEST + 1)) == []
    assert fake["asked"] == []


def test_a_model_that_fails_is_a_sentence(fake: dict[str, Any]) -> None:
    fake["answer"] = RuntimeError("no key")
    with pytest.raises(BadInput, match="did not answer"):
        Model("fake-model").suggest(TEXT)
