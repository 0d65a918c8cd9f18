"""Every key of the Reader, pressed for real: what it does to the desk, what it says, what it leaves in the project."""

from pathlib import Path

import pytest
from desk_app import TEXT, AtDesk, at_desk, looking, make_project, span_of, stored
from onrecord.schema import acts, reading
from onrecord.schema.ledger import Ledger
from onrecord.tui.screens.claim import ClaimPicker
from onrecord.tui.screens.details import Details
from onrecord.tui.screens.help import HelpScreen
from onrecord.tui.screens.library import Library
from onrecord.tui.screens.palette import Palette
from onrecord.tui.screens.prompt import Prompt
from onrecord.tui.screens.same_words import SameWords

LONG = "\n\n".join(f"Paragraph {number} says that the gate held. Nobody denied it." for number in range(90))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.db")


# ---------------------------------------------------------------------- moving


async def test_sentences_words_and_characters(project: Path) -> None:
    async with at_desk(project) as here:
        assert here.word == "Gate"
        await here.press("w", "w", "w")
        assert here.word == "official"
        await here.press("b")
        assert here.word == "short"
        await here.press("j")
        assert here.word == "The"
        await here.press("j", "j")
        assert here.word == "We"
        await here.press("k", "up")
        assert here.word == "The"
        await here.press("l", "right")
        assert here.word == "e"
        await here.press("h", "left")
        assert here.word == "T"
        await here.press("down")
        assert here.word == "Nobody"


async def test_pages_and_ends(tmp_path: Path) -> None:
    async with at_desk(make_project(tmp_path / "p.db", LONG)) as here:
        half, rows = here.reader.article.size.height // 2, here.reader.article.rows
        await here.press("ctrl+d")
        assert rows.row_of(here.desk.cursor.start) in (half, half + 1), "half a page, or the row below if that is blank"
        await here.press("pagedown", "ctrl+d")
        assert here.cursor_is_in_sight()
        await here.press("ctrl+u", "pageup", "ctrl+u", "ctrl+u")
        assert here.desk.cursor.start == 0
        await here.press("G")
        assert here.word == "it"
        assert here.desk.cursor.end == len(LONG) - 1
        assert here.cursor_is_in_sight()
        await here.press("g")
        assert here.desk.cursor.end == len(LONG) - 1
        await here.press("g")
        assert here.desk.cursor.start == 0
        await here.press("end", "g", "w", "g")
        assert here.desk.cursor.start > 0, "the second g must follow the first at once"
        await here.press("home")
        assert here.desk.cursor.start == 0


async def test_tab_goes_through_the_mentions_in_a_circle(project: Path) -> None:
    async with at_desk(project) as here:
        await here.press("tab")
        assert any("No mention yet" in said for said in here.said)
        for words in ("failed before", "gate stopped\u00a0short", "We closed it"):
            await here.mark_words(words, "s")
        await here.press("escape", "g", "g")
        seen = []
        for _ in range(4):
            await here.press("tab")
            assert here.desk.mention
            seen.append(here.desk.mention.quote)
        assert seen == ["gate stopped\u00a0short", "We closed it", "failed before", "gate stopped\u00a0short"]
        await here.press("shift+tab")
        assert here.desk.mention
        assert here.desk.mention.quote == "failed before"
        assert here.word == "failed"


async def test_search_finds_words_over_no_break_spaces_in_both_directions(project: Path) -> None:
    async with at_desk(project) as here:
        await here.press("n")
        assert any("Search for something first" in said for said in here.said)
        await here.press("slash")
        assert isinstance(here.app.screen, Prompt)
        await here.press(*"ana rui", "enter")
        assert here.desk.cursor.start == TEXT.index("Ana\u00a0Rui")
        await here.press("slash", *"gate", "enter")
        hits = [at for at in range(len(TEXT)) if TEXT[at : at + 4].casefold() == "gate"]
        assert here.desk.cursor.start == hits[2], "a search goes on from the cursor"
        await here.press("n")
        assert here.desk.cursor.start == hits[0], "and begins again at the start"
        await here.press("N", "N")
        assert here.desk.cursor.start == hits[1]
        await here.press("slash", *"nowhere", "enter")
        assert any("“nowhere” does not occur" in said for said in here.said)
        await here.press("slash", "escape")
        assert here.desk.cursor.start == hits[1]


async def test_finds_of_one_document_are_forgotten_in_the_next(tmp_path: Path) -> None:
    async with at_desk(make_project(tmp_path / "p.db", TEXT, "Another story altogether, without it.")) as here:
        await here.press("slash", *"mercury", "enter", "greater_than_sign")
        start = here.desk.cursor
        await here.press("n")
        assert here.desk.cursor == start
        assert any("Search for something first" in said for said in here.said)


# ---------------------------------------------------------------------- selecting


async def test_a_selection_grows_by_every_move_and_escape_lets_go(project: Path) -> None:
    async with at_desk(project) as here:
        await here.press("j", "w", "v", "w")
        assert here.selected == ["gate stopped"]
        await here.press("j")
        assert here.selected == ["gate stopped\u00a0short, said an official"]
        await here.press("b", "b", "b")
        assert here.selected == ["gate stopped\u00a0short"]
        await here.press("v", "w")
        assert here.selected == [], "a selection that stopped growing is dropped by moving on"
        await here.press("v", "escape")
        assert here.selected == []


async def test_pieces_make_one_mention(project: Path) -> None:
    async with at_desk(project) as here:
        await here.press("V")
        assert any("first piece" in said for said in here.said)
        await here.pick(span_of("The gate"))
        await here.press("V")
        await here.pick(span_of("Nobody said"))
        assert here.selected == ["The gate", "Nobody said"]
        await here.press("a")
        await here.saved()
    (mention,) = stored(project)
    assert mention.spans == (span_of("The gate"), span_of("Nobody said"))


async def test_edges_of_a_selection_and_of_a_stored_mention(project: Path) -> None:
    async with at_desk(project) as here:
        await here.pick(span_of("stopped\u00a0short"))
        await here.press("left_square_bracket", "right_curly_bracket")
        assert here.selected == ["gate stopped\u00a0short, said"]
        await here.press("right_square_bracket", "left_curly_bracket")
        assert here.selected == ["stopped\u00a0short"]
        await here.press("d", "left_square_bracket", "left_square_bracket", "right_curly_bracket")
        await here.saved()
        assert stored(project)[0].spans == (span_of("The gate stopped\u00a0short, said"),)
        await here.press("right_square_bracket", "left_curly_bracket")
        await here.saved()
    (mention,) = stored(project)
    assert mention.spans == (span_of("gate stopped\u00a0short"),)
    assert [mark.label for mark in mention.marks] == ["denied"]


# ---------------------------------------------------------------------- marking


async def test_labels_are_toggled_on_the_selection_and_on_the_mention(project: Path) -> None:
    async with at_desk(project) as here:
        await here.press("s")
        assert any("Select words first" in said for said in here.said)
        assert stored(project) == []
        await here.mark_words("gate stopped\u00a0short", "c", "a", "r", "d")
        assert here.labels == ["anonymous", "denied", "confirmed", "responded"]
        await here.press("c", "r", "s")
        await here.saved()
        assert here.labels == ["sourced", "anonymous", "denied"]
        assert any("two origins" in said for said in here.said), "both origins at once are warned of, not refused"
        assert here.drawn_as(here.desk.active or "") == "done"
        assert here.status == "✓ 7 saved"
        await here.press("a", "d", "s")
        await here.saved()
        assert here.labels == []
        assert here.desk.mention, "a mention without a label is the writer's own voice"
    assert [(each.quote, each.marks) for each in stored(project)] == [("gate stopped\u00a0short", ())]
    with looking(project) as connection:
        assert reading.state_of(connection, stored(project)[0].document_id, "ana") == ("in_progress", "")


async def test_who_by_letters_digits_words_and_names(project: Path) -> None:
    async with at_desk(project) as here:
        await here.press("f")
        assert any("labelled mention" in said for said in here.said)
        await here.mark_words("gate had failed before", "a")
        await here.press("f")
        # Words of the text, then a name that is typed, then nobody, which is dropped again.
        await here.press("full_stop")
        await here.pick_letters(span_of("A senior harbour official"))
        await here.press("slash", *"The Mercury", "enter", "0", "backspace", "enter")
        await here.saved()
        assert [link.source for link in here.mark.chain] == ["senior harbour official", "The Mercury"]
        await here.mark_words("minister knew", "a")
        mercury = span_of("The Mercury")
        await here.press("f")
        await here.press(*_letters_over(here, mercury.start), "comma")
        await here.pick_letters(span_of("reported"))
        await here.press("0", "escape")
        assert here.mark.chain == (), "escape leaves everything as it was"
        await here.press("f")
        await here.press(*_letters_over(here, mercury.start), "comma")
        await here.pick_letters(span_of("reported"))
        await here.press("0", "enter")
        await here.saved()
    first, second = (mention.marks[0] for mention in stored(project))
    assert [(link.source, link.relay, link.identified) for link in first.chain] == [
        ("senior harbour official", True, "described"),
        ("The Mercury", False, "named"),
    ]
    assert first.chain[0].spans == (span_of("A senior harbour official"),)
    assert (second.chain[0].source, second.chain[0].relay, second.chain[0].cue_quote) == ("Mercury", True, "reported")
    assert second.chain[1].source is None
    assert second.kind == "unspecified"


def _letters_over(here: AtDesk, start: int) -> str:
    """The letters over the source that stands at or just behind an offset."""
    mode = here.reader._mode
    assert mode
    return min((at, letters) for at, letters in mode.hints().items() if start <= at < start + 12)[1]


async def test_a_known_source_by_its_digit_and_the_last_one_made_it(project: Path) -> None:
    async with at_desk(project) as here:
        await here.mark_words("closed it", "s")
        await here.press("f", "slash", *"Ana Rui", "enter", "enter")
        await here.saved()
        await here.mark_words("ministry declined", "r")
        await here.press("f", "1", "enter")
        await here.saved()
        await here.mark_words("gate had failed", "a")
        await here.press("f", "full_stop")
        await here.pick_letters(span_of("A senior harbour official"))
        await here.press("equals_sign", "1", "enter")
        await here.saved()
    marks = [mention.marks[0] for mention in stored(project)]
    assert [[link.source for link in mark.chain] for mark in marks] == [["Ana Rui"]] * 3
    assert len({link.source_uid for mark in marks for link in mark.chain}) == 1
    assert marks[2].chain[0].spans == (span_of("A senior harbour official"),)


async def test_who_and_evidence_go_to_the_mark_they_were_asked_for_or_to_none(project: Path) -> None:
    async with at_desk(project) as here:
        closed = await here.mark_words("We closed it", "s")
        gate = await here.mark_words("gate stopped\u00a0short", "d", "a")
        await here.press("f", "0")
        await here.click(TEXT.index("closed"))
        assert here.desk.active == closed.uid
        await here.press("enter")
        assert any("Another mark is in hand" in said for said in here.said)
        await here.click(TEXT.index("gate stopped"))
        for key in ("f", "e"):
            assert here.mark.label == "anonymous"
            await here.press(*("f", "0") if key == "f" else "e")
            with Ledger(project, "ana", "elsewhere") as ledger, ledger.act() as act:
                acts.set_label(act, gate.uid, "anonymous", on=False)
            await here.until(lambda: here.labels == ["denied"])
            if key == "f":
                await here.press("enter")
            else:
                await here.pick_letters(span_of("an official"))
            await here.press("a")
            await here.saved()
    assert all(not mark.chain and not mark.evidence for mention in stored(project) for mark in mention.marks)


async def test_evidence_turning_and_removing(project: Path) -> None:
    async with at_desk(project) as here:
        for key in "tx":
            await here.press(key)
            assert ["in hand first" in said for said in here.said] == [True], "one answer, that to the last key"
        mention = await here.mark_words("gate stopped\u00a0short", "a", "d")
        await here.pick(span_of("said an official"), key="e")
        await here.press("t")
        assert here.mark.label == "anonymous"
        await here.pick(span_of("Nobody said"), key="e")
        await here.saved()
        evidence = {mark.label: [item.quote for item in mark.evidence] for mark in stored(project)[0].marks}
        assert evidence == {"denied": ["said an official"], "anonymous": ["Nobody said"]}
        await here.press("x")
        await here.saved()
        assert here.desk.mention is None
        assert here.drawn_as(mention.uid) == ""
        assert stored(project) == []
        await here.press("u")
        await here.until(lambda: stored(project))
        await here.until(lambda: here.desk.mention)
        assert here.labels == ["anonymous", "denied"]


async def test_details_change_what_they_show_and_escape_changes_nothing(project: Path) -> None:
    async with at_desk(project) as here:
        await here.press("enter")
        assert any("Select words first" in said for said in here.said)
        await here.pick(span_of("gate stopped\u00a0short"))
        await here.press("enter")
        assert isinstance(here.app.screen, Details)
        await here.press("escape")
        await here.saved()
        assert [each.marks for each in stored(project)] == [()], "asking for details makes the mention"
        await here.press("d", "enter")
        form = here.app.screen
        assert isinstance(form, Details)
        form.claim.focus()
        await here.press(*"It stopped", "ctrl+s")
        await here.saved()
        assert here.desk.mention
        assert here.desk.mention.claim == "It stopped"
    assert stored(project)[0].claim == "It stopped"


async def test_a_claim_is_stated_and_then_linked(project: Path) -> None:
    async with at_desk(project) as here:
        await here.mark_words("gate stopped\u00a0short", "a")
        await here.press("equals_sign")
        assert isinstance(here.app.screen, ClaimPicker)
        await here.press("enter")
        await here.saved()
        await here.mark_words("Gate stopped short", "s")
        await here.press("equals_sign", "enter")
        await here.saved()
        await here.mark_words("We closed it", "s")
        await here.press("equals_sign", "escape")
        await here.saved()
    lead, body, closed = stored(project)
    assert lead.claim_uid == body.claim_uid is not None
    assert closed.claim is None


async def test_the_same_words_are_marked_alike_in_other_documents_too(tmp_path: Path) -> None:
    path = make_project(tmp_path / "p.db", TEXT, "It is said that the gate stopped short again.")
    async with at_desk(path) as here:
        await here.mark_words("gate stopped\u00a0short", "a", "d")
        await here.press("m")
        assert isinstance(here.app.screen, SameWords)
        await here.press("a", "enter")
        await here.saved()
        assert [each.quote for each in here.desk.shown()] == ["Gate stopped short", "gate stopped\u00a0short"]
        assert [mark.label for mark in here.desk.shown()[0].marks] == ["anonymous", "denied"]
        assert stored(path, 2) == []
        await here.press("m", "tab")
        await here.app.workers.wait_for_complete()
        await here.press("a", "enter")
        await here.saved()
    assert [each.quote for each in stored(path, 2)] == ["gate stopped short"]


async def test_others_mentions_are_hidden_until_asked_for_and_copied_when_labelled(project: Path) -> None:
    with Ledger(project, "ben", "other") as ledger, ledger.act() as act:
        sha256 = reading.list_documents(ledger.connection, "ben", 0, 1)[0].sha256
        uid = acts.new_mention("ben")
        acts.set_mention(act, uid, sha256, TEXT, [span_of("We closed it")])
        acts.set_label(act, uid, "sourced")
    async with at_desk(project) as here:
        assert here.drawn_as(uid) == ""
        await here.press("o", "tab")
        assert here.drawn_as(uid) == "other"
        assert here.desk.active == uid
        await here.press("x")
        assert any("mention of yours" in said for said in here.said)
        await here.press("left_square_bracket")
        assert any("ben's" in said for said in here.said)
        await here.press("d")
        await here.saved()
        assert here.labels == ["denied"]
        await here.press("o")
        assert here.drawn_as(uid) == ""
    assert {(each.annotator, *(mark.label for mark in each.marks)) for each in stored(project)} == {
        ("ben", "sourced"),
        ("ana", "denied"),
    }


# ---------------------------------------------------------------------- documents


async def test_documents_are_submitted_flagged_skipped_and_walked(tmp_path: Path) -> None:
    path = make_project(tmp_path / "p.db", *(f"Story number {number}." for number in range(4)))
    async with at_desk(path) as here:
        await here.press("less_than_sign")
        assert any("first document" in said for said in here.said)
        await here.press("space")
        assert here.desk.text == "Story number 1."
        await here.press("exclamation_mark", *"odd", "enter")
        assert here.desk.text == "Story number 2."
        await here.press("exclamation_mark", "escape")
        assert here.desk.text == "Story number 2."
        await here.press("greater_than_sign", "greater_than_sign")
        assert any("last document" in said for said in here.said)
        await here.press("less_than_sign", "ctrl+p", *"Skip", "enter")
        await here.until(lambda: here.desk.text == "Story number 3.")
        await here.press("space")
        await here.saved()
        assert any("No document is left to do" in said for said in here.said)
        assert "submitted" in str(here.reader.query_one("#header").render())
    with looking(path) as connection:
        lines = reading.list_documents(connection, "ana", 0, 9)
        assert [line.state for line in lines] == ["submitted", "flagged", "skipped", "submitted"]
        assert reading.state_of(connection, lines[1].id, "ana") == ("flagged", "odd")


async def test_help_palette_and_the_way_back(project: Path) -> None:
    async with at_desk(project) as here:
        await here.press("question_mark")
        assert isinstance(here.app.screen, HelpScreen)
        await here.press("q")
        await here.press("ctrl+p")
        assert isinstance(here.app.screen, Palette)
        await here.press(*"next word", "enter")
        await here.until(lambda: here.word == "stopped")
        await here.press("q")
        assert isinstance(here.app.screen, Library)
        await here.press("enter")
        await here.until(lambda: here.reader.desk)
        await here.press("q", "q")
    assert here.app.return_value == 0
