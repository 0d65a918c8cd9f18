"""The hostile project is hostile everywhere: no text field of any event is left out, and none is refused or changed."""

from pathlib import Path

import corpus
from desk_app import looking, problems
from onrecord.schema.events import Claim, kind_of, trusted


def test_every_text_field_of_every_kind_of_event_is_hostile(tmp_path: Path) -> None:
    path = corpus.hostile_project(tmp_path / "p.db")
    with looking(path) as connection:
        events = [trusted(bytes(body)) for (body,) in connection.execute("SELECT body FROM events")]
    values = [(kind_of(event), event.data) for event in events if event.data is not None]
    assert corpus.text_fields() - corpus.hostile_fields(values) == set()
    assert problems(path) == []


def test_the_judge_of_fields_sees_what_is_harmless() -> None:
    assert "claim.text" in corpus.text_fields()
    assert corpus.hostile_fields([("claim", Claim(text="plain", note="\x1b"))]) == {"claim.note"}
