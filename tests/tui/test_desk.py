"""The desk: cursor, selection and edits, without a screen; what it sends is run against a real project."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema import acts, reading
from onrecord.schema.check import check
from onrecord.schema.ledger import Ledger
from onrecord.schema.records import Document
from onrecord.schema.text import Span
from onrecord.tui.desk import CannotNow, Desk, Edit, merged
from onrecord.tui.drafts import EvidenceDraft, LinkDraft

TEXT = (
    "Gate stopped short, official says\n\n"
    "The gate stopped\u00a0short, said an official. Nobody said a word.\n\n"
    "“We closed it,” said Ana\u00a0Rui 🌊. The ministry declined to comment.\n"
)


class Table:
    """A desk on a real project; `send` does what the app's writer does."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        with ledger.act() as act:
            self.sha256, _ = acts.add_document(act, TEXT, title="Gate")
        self.desk = self.sit("ana")

    def sit(self, annotator: str) -> Desk:
        connection = self.ledger.connection
        line = reading.find_document(connection, self.sha256)[0]
        document = reading.document(connection, line.id)
        assert isinstance(document, Document)
        return Desk(document, reading.mentions(connection, line.id), annotator, reading.labels(connection))

    def send(self, edit: Edit | None) -> None:
        if edit is None:
            return
        assert self.desk.pending[edit.uid]
        with self.ledger.act() as act:
            edit.work(act)
        self.desk.done(edit.uid)
        self.desk.reload(edit.uid, reading.mention(self.ledger.connection, edit.uid))


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    ledger = Ledger.create(tmp_path / "p.db", "ana", "device")
    yield Table(ledger)
    assert [finding for finding in check(ledger.connection) if finding.level == "problem"] == []
    ledger.close()


def words(text: str) -> Span:
    start = TEXT.index(text)
    return Span(start, start + len(text))


def test_words_and_sentences_are_walked_in_both_directions(table: Table) -> None:
    desk = table.desk
    seen = [desk.cursor]
    desk.by_word(1)
    while desk.cursor != seen[-1]:
        seen.append(desk.cursor)
        desk.by_word(1)
    assert [span.cut(TEXT) for span in seen[:8]] == [
        "Gate",
        "stopped",
        "short",
        "official",
        "says",
        "The",
        "gate",
        "stopped",
    ]
    for span in reversed(seen):
        assert desk.cursor == span
        desk.by_word(-1)
    desk.by_sentence(1)
    assert desk.cursor == Span(TEXT.index("The gate"), TEXT.index("The gate") + 3)
    desk.by_sentence(1)
    assert desk.cursor.cut(TEXT) == "Nobody"
    desk.by_sentence(-1)
    assert desk.cursor.cut(TEXT) == "The"


def test_characters_are_what_a_person_counts(table: Table) -> None:
    desk = table.desk
    desk.go(TEXT.index("🌊") - 1)
    desk.by_character(1)
    assert desk.cursor.cut(TEXT) in {"🌊", "."}
    desk.by_character(-1)
    assert desk.cursor.end - desk.cursor.start == 1


def test_selecting_grows_in_both_directions(table: Table) -> None:
    desk = table.desk
    desk.go(TEXT.index("stopped\u00a0short"))
    desk.select()
    desk.by_word(1)
    assert desk.selection() == (words("stopped\u00a0short"),)
    desk.by_sentence(1)
    assert desk.selection() == (words("stopped\u00a0short, said an official"),)
    desk.by_sentence(-1)
    assert desk.selection() == (words("The gate stopped"),)
    desk.let_go()
    assert desk.selection() == ()


def test_a_label_makes_the_mention_and_takes_it_back_off(table: Table) -> None:
    desk = table.desk
    desk.choose(words("gate stopped\u00a0short"))
    table.send(desk.toggle("anonymous"))
    table.send(desk.toggle("denied"))
    assert desk.mention
    assert [mark.label for mark in desk.mention.marks] == ["anonymous", "denied"]
    assert desk.mention.quote == "gate stopped\u00a0short"
    table.send(desk.toggle("denied"))
    assert [mark.label for mark in desk.mention.marks] == ["anonymous"]
    assert table.sit("ana").shown() == desk.shown()


def test_keys_pressed_before_the_disk_answered_all_count(table: Table) -> None:
    desk = table.desk
    desk.choose(words("gate"))
    edits = [desk.toggle("anonymous"), desk.toggle("denied"), desk.toggle("anonymous")]
    uid = edits[0].uid
    assert desk.pending[uid] == 3
    desk.reload(uid, None)
    assert uid in desk.mentions, "a mention on its way must not vanish because the project has not heard of it"
    for edit in edits:
        table.send(edit)
    assert not desk.pending
    assert [mark.label for mark in desk.mentions[uid].marks] == ["denied"]


def test_the_same_words_are_never_two_mentions_of_one_annotator(table: Table) -> None:
    desk = table.desk
    desk.choose(words("gate"))
    table.send(desk.toggle("anonymous"))
    desk.choose(words("gate"))
    table.send(desk.toggle("denied"))
    assert len(desk.mentions) == 1


def test_pieces_make_one_discontinuous_mention(table: Table) -> None:
    desk = table.desk
    with pytest.raises(CannotNow, match="piece"):
        desk.add_piece()
    desk.choose(words("The gate"))
    desk.add_piece()
    desk.selected = words("Nobody said")
    table.send(desk.toggle("sourced"))
    assert desk.mention
    assert desk.mention.spans == (words("The gate"), words("Nobody said"))
    assert desk.mention.quote == "The gate … Nobody said"


def test_chain_and_evidence_show_at_once_and_last(table: Table) -> None:
    desk = table.desk
    with pytest.raises(CannotNow, match="tab"):
        desk.set_chain([])
    desk.choose(words("The gate stopped"))
    table.send(desk.toggle("anonymous"))
    chain = [
        LinkDraft(source="The Mercury", source_kind="outlet", identified="named"),
        LinkDraft(source="an official", identified="described", spans=(words("an official"),), cue=(words("said"),)),
    ]
    edit = desk.set_chain(chain)
    assert desk.mark
    assert [(link.source, link.relay) for link in desk.mark.chain] == [("The Mercury", True), ("an official", False)]
    table.send(edit)
    table.send(
        desk.set_evidence([EvidenceDraft(spans=(words("Nobody said a word"),)), EvidenceDraft(url="https://x.example")])
    )
    assert desk.mark.kind == "described"
    assert [item.quote for item in desk.mark.evidence] == ["Nobody said a word", ""]
    named, unnamed = table.ledger.connection.execute("SELECT name, document_id FROM sources ORDER BY name").fetchall()
    assert named == ("The Mercury", None)
    assert unnamed[1] is not None


def test_edges_move_by_words_and_never_cross(table: Table) -> None:
    desk = table.desk
    desk.choose(words("stopped\u00a0short"))
    assert desk.move_edge("start", -1) is None
    assert desk.selection() == (words("gate stopped\u00a0short"),)
    table.send(desk.toggle("denied"))
    table.send(desk.move_edge("end", 1))
    assert desk.mention
    assert desk.mention.quote == "gate stopped\u00a0short, said"
    for _ in range(9):
        table.send(desk.move_edge("end", -1))
    assert desk.mention.quote == "gate"
    for _ in range(9):
        table.send(desk.move_edge("start", 1))
    assert desk.mention.quote == "gate"


def test_nothing_in_hand_is_said_and_changes_nothing(table: Table) -> None:
    desk = table.desk
    for act in (lambda: desk.toggle("sourced"), desk.remove, desk.turn, lambda: desk.by_mention(1)):
        with pytest.raises(CannotNow):
            act()
    assert not desk.mentions


def test_removing_and_turning(table: Table) -> None:
    desk = table.desk
    desk.choose(words("gate"))
    table.send(desk.toggle("anonymous"))
    table.send(desk.toggle("denied"))
    desk.turn()
    assert desk.mark
    assert desk.mark.label == "anonymous"
    table.send(desk.remove())
    assert not desk.mentions
    assert desk.mention is None


def test_somebody_elses_mention_is_copied_never_changed(table: Table, tmp_path: Path) -> None:
    with Ledger(tmp_path / "p.db", "ben", "other") as bens:
        uid = acts.new_mention("ben")
        with bens.act() as act:
            acts.set_mention(act, uid, table.sha256, TEXT, [words("Nobody said a word")])
            acts.set_label(act, uid, "sourced")
            acts.link_claim(act, uid, acts.state_claim(act, "Nobody spoke."))
    desk = table.desk = table.sit("ana")
    assert desk.shown() == []
    desk.show_others_too(wanted=True)
    desk.by_mention(1)
    assert desk.active == uid
    with pytest.raises(CannotNow, match="ben's"):
        desk.remove()
    table.send(desk.toggle("denied"))
    assert desk.mention
    assert desk.mention.annotator == "ana"
    assert desk.mention.claim == "Nobody spoke."
    assert [mark.label for mark in desk.mention.marks] == ["denied"]
    assert [mark.label for mark in desk.mentions[uid].marks] == ["sourced"]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), max_size=12))
def test_merged_pieces_cover_the_same_and_never_touch(pieces: list[tuple[int, int]]) -> None:
    spans = [Span(start, start + length) for start, length in pieces]
    out = merged(spans)
    assert {at for span in spans for at in range(span.start, span.end)} == {
        at for span in out for at in range(span.start, span.end)
    }
    assert all(one.end < two.start for one, two in pairwise(out))


def test_an_empty_and_a_wordless_text_can_be_looked_at() -> None:
    for text in ("", "…", " \n "):
        desk = Desk(Document(1, "0" * 64, "", "", "", "", None, "", None, text), [], "ana", [])
        for move in (desk.by_word, desk.by_sentence, desk.by_character):
            move(1)
            move(-1)
        with suppress(CannotNow):  # there is nothing to select
            desk.select()
        desk.by_character(1)
