"""Annotations of other tools go through a project and come out as they were, but for what was changed here."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from onrecord.exchange.annotated import Sheet
from onrecord.exchange.exporting import export
from onrecord.schema.events import Document
from projects import bring, held, project_of
from web_annotations import TEXT, URL, annotation, at, problems

BODIES = st.sampled_from(
    [
        {"type": "TextualBody", "value": "denied", "purpose": "tagging"},
        {"type": "TextualBody", "value": "x", "purpose": "classifying", "language": "en"},
        {"type": "TextualBody", "value": "Look.\nAgain.", "purpose": "commenting"},
        {"type": "TextualBody", "value": "It moved", "purpose": "describing"},
        {"type": "Choice", "items": ["https://c.example/a", {"type": "TextualBody", "value": "ja"}]},
        "https://c.example/page",
        {"id": "https://c.example/sound.mp3", "format": "audio/mpeg"},
    ]
)


@st.composite
def foreign(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Annotations of other tools on one text, by several people, on one place or several."""
    made = []
    for number in range(draw(st.integers(1, 4))):
        places = draw(st.lists(st.sampled_from(["gate", "Nothing", "Orrin"]), unique=True, min_size=1))
        targets: list[Any] = [{"source": URL, "selector": at(words)} for words in places]
        whole = draw(st.sampled_from(["list", "Composite", "List", "Independents"]))
        target = targets if whole == "list" else {"type": whole, "items": targets}
        one = annotation(None, target=target, id=f"https://b.example/{number}")
        one["body"] = draw(st.lists(BODIES, max_size=4, unique_by=json.dumps))
        one["creator"] = draw(st.sampled_from(["https://c.example/ana", {"name": "Bo"}]))
        if draw(st.booleans()):
            one |= {"created": "2026-03-03T06:30:00Z", "motivation": draw(st.sampled_from(["commenting", "tagging"]))}
        made.append(one if one["body"] else {key: value for key, value in one.items() if key != "body"})
    return made


@pytest.mark.slow
@examples(40)
@given(made=foreign())
def test_theirs_goes_through_a_project_as_it_was(made: list[dict[str, Any]]) -> None:
    text = Sheet("made", TEXT, Document(title="Gate", url=URL)).done()
    with tempfile.TemporaryDirectory() as name, project_of([text]) as one, project_of([]) as other:
        folder = Path(name)
        (folder / "in.json").write_text(json.dumps(made), "utf-8")
        bring(one, folder / "in.json", "webannotation")
        assert not sum(bring(one, folder / "in.json", "webannotation").came.values())
        export(one.connection, folder / "out.jsonld", name="webannotation")
        value = json.loads((folder / "out.jsonld").read_text("utf-8"))
        assert problems(value) == []
        bring(other, folder / "out.jsonld", "webannotation")
        assert held(other) == held(one)
        again = {each["id"]: each for each in value["first"]["items"]}
        for before in made:
            after = again[before["id"]]
            for key in ("body", "creator", "created", "motivation"):
                assert key not in before or after[key] == before[key], key
            assert "motivation" in before or "motivation" not in after
