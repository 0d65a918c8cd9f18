"""Suggestions in the Reader: quiet on the page, reached with tab, accepted or dismissed by one key, gone when switched off."""

import json
from pathlib import Path
from typing import Any

import pytest
from desk_app import TEXT, AtDesk, at_desk, looking, make_project, span_of, stored
from msgspec import structs
from onrecord.schema.errors import BadInput
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import content_hash
from onrecord.suggest import offers
from onrecord.suggest.engine import ENGINE, suggest
from onrecord.suggest.engines import rule_engine
from onrecord.tui import settings
from onrecord.tui.offered import Tray
from onrecord.tui.offering import Offered
from onrecord.tui.screens import reader_offers
from onrecord.tui.suggester import Suggester
from onrecord.tui.suggesting import Done, Drop, Put, Question, Room
from onrecord.tui.widgets.mention_panel import MentionPanel
from textual.widgets import Static

CLOSED = "“We closed it,”"
FAILED = "the gate had failed before"
SHA = content_hash(TEXT)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.db")


def offered(here: AtDesk) -> list[str]:
    """The words of what is offered, in the order of the text."""
    tray = here.desk.tray
    return [" … ".join(span.cut(here.desk.text) for span in tray.offers[uid].spans) for _, _, uid in tray.places()]


async def with_offers(here: AtDesk) -> None:
    await here.until(lambda: offered(here))


async def reach(here: AtDesk, words: str) -> str:
    """Press tab until a suggestion of these words is in hand; the answer is its uid."""
    for _ in range(20):
        await here.press("tab")
        if here.desk.offer and here.desk.offer.spans[0] == span_of(words, here.desk.text):
            return here.desk.offer.uid
    raise AssertionError(f"tab does not reach {words!r} among {offered(here)}")


def card(here: AtDesk) -> str:
    return str(here.reader.query_one(MentionPanel).query_one("#card", Static).render())


def page(here: AtDesk) -> list[str]:
    """The rows of the article as they are painted."""
    article = here.reader.article
    return [article.render_line(row).text.rstrip() for row in range(article.size.height)]


def origin_of(path: Path, label: str) -> dict[str, Any]:
    """What a mark says of the suggestion that it came from."""
    with looking(path) as connection:
        (extra,) = connection.execute("SELECT extra FROM marks WHERE label = ?", (label,)).fetchone()
    return dict(json.loads(extra)["suggestion"])


async def test_what_is_offered_is_quiet_and_one_key_accepts_it(project: Path) -> None:
    async with at_desk(project, suggestions=True) as here:
        await with_offers(here)
        assert offered(here) == [suggestion.spans[0].cut(TEXT) for suggestion in suggest(TEXT)]
        uid = await reach(here, FAILED)
        article = here.reader.article
        assert here.drawn_as(uid) == "suggestion"
        row = next(row for row in page(here) if FAILED[:12] in row)
        assert "·A┋" in row, "a dot for the glyph, and a dotted bar beside the one in hand"
        cover = article._inks.cover(article._overlaps.get(uid), None)  # type: ignore[arg-type]
        looks = article._inks.words([cover], 0, (), dimmed=False)
        assert looks.italic
        assert not looks.underline
        assert looks.bgcolor == article._inks.plain.bgcolor
        assert card(here).startswith("a accepts: anonymous, described, by\nsenior harbour official\ns d c r instead")
        assert "88 % sure · rule “clause after”" in card(here)
        await here.press("a")
        await here.saved()
        (mention,) = stored(project)
        assert (mention.uid, mention.quote, [mark.label for mark in mention.marks]) == (uid, FAILED, ["anonymous"])
        assert mention.marks[0].kind == "described"
        assert [(link.source, link.cue_quote) for link in mention.marks[0].chain] == [
            ("senior harbour official", "said")
        ]
        assert origin_of(project, "anonymous")["engine"] == ENGINE
        assert here.drawn_as(uid) == "done"
        assert FAILED not in offered(here)
        assert here.desk.active == uid


async def test_another_label_of_origin_takes_the_chain_along_and_its_kind_from_that(project: Path) -> None:
    async with at_desk(project, suggestions=True) as here:
        await with_offers(here)
        await reach(here, FAILED)
        await here.press("s")
        await here.saved()
        (mention,) = stored(project)
        assert [(mark.label, mark.kind, len(mark.chain)) for mark in mention.marks] == [("sourced", "person", 1)]
        assert origin_of(project, "sourced")["label"] == "anonymous"


async def test_whoever_said_a_thing_is_not_recorded_as_who_denies_it(project: Path) -> None:
    async with at_desk(project, suggestions=True) as here:
        await with_offers(here)
        await reach(here, FAILED)
        await here.press("d")
        await here.saved()
        (mention,) = stored(project)
        assert [(mark.label, mark.kind, len(mark.chain)) for mark in mention.marks] == [("denied", "", 0)]
        assert here.desk.mark
        assert here.desk.mark.chain == ()
        assert origin_of(project, "denied")["label"] == "anonymous"


async def test_enter_accepts_as_proposed_and_opens_the_details(project: Path) -> None:
    async with at_desk(project, suggestions=True) as here:
        await with_offers(here)
        await reach(here, CLOSED)
        await here.press("enter")
        await here.until(lambda: here.app.screen is not here.app.screen_stack[1])
        await here.press("escape")
        await here.saved()
        (mention,) = stored(project)
        assert (mention.quote, mention.marks[0].label, mention.marks[0].kind) == (CLOSED, "sourced", "person")


async def test_what_is_dismissed_never_comes_back_but_by_undo(project: Path) -> None:
    async with at_desk(project, suggestions=True) as here:
        await with_offers(here)
        before = offered(here)
        uid = await reach(here, CLOSED)
        await here.press("x")
        assert here.drawn_as(uid) == ""
        await here.saved()
        await here.press("u")
        await here.until(lambda: here.desk.offer and here.desk.offer.uid == uid)
        assert offered(here) == before
        await here.press("ctrl+r")
        await here.until(lambda: CLOSED not in offered(here))
        await here.saved()
    async with at_desk(project, suggestions=True) as here:
        await with_offers(here)
        assert offered(here) == [words for words in before if words != CLOSED]
        assert stored(project) == []


async def test_an_accepted_one_is_offered_again_after_undo(project: Path) -> None:
    async with at_desk(project, suggestions=True) as here:
        await with_offers(here)
        uid = await reach(here, CLOSED)
        await here.press("s")
        await here.saved()
        await here.press("u")
        await here.until(lambda: here.desk.offer and here.desk.offer.uid == uid)
        assert stored(project) == []
        assert here.drawn_as(uid) == "suggestion"
        await here.press("ctrl+r")
        await here.until(lambda: here.drawn_as(uid) == "done")
        assert CLOSED not in offered(here)


async def test_switched_off_nothing_is_computed_or_shown(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    questions: list[str] = []
    ask = Suggester.ask

    def asked(self: Suggester, document: int, sha256: str, annotator: str) -> int:
        questions.append(sha256)
        return ask(self, document, sha256, annotator)

    monkeypatch.setattr(Suggester, "ask", asked)
    async with at_desk(project) as here:
        await here.press("tab")
        assert any("No mention yet" in said for said in here.said)
        await here.mark_words("Nobody said", "s")
        assert questions == []
        assert "suggested" not in str(here.reader.query_one("#count", Static).render())
        await here.press(".")
        await with_offers(here)
        assert settings.load().suggestions
        assert "1 mention · 7 suggested" in str(here.reader.query_one("#count", Static).render())
        await here.press(".")
        assert offered(here) == []
        assert not any("·" in row[:12] for row in page(here))
        assert not settings.load().suggestions
        asked_so_far = len(questions)
        await here.press("x")
        await here.saved()
        assert len(questions) == asked_so_far


def test_the_switch_is_true_or_false() -> None:
    settings.settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings.settings_file().write_text('suggestions = "off"\n', "utf-8")
    with pytest.raises(BadInput, match="`suggestions` is true or false"):
        settings.load()


def test_what_goes_wrong_is_told_and_the_next_question_answered(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise BadInput("the engine fell over")

    told: list[object] = []
    room = Room(project, told.append)
    with looking(project) as connection:
        question = Question(1, 1, SHA, "ana")
        with monkeypatch.context() as patched:
            patched.setattr("onrecord.tui.suggesting.live", broken)
            room.answer(connection, question)
        assert told == [Done(1, "the engine fell over")]
        room.answer(connection, question._replace(number=2))
    assert told[-1] == Done(2)


async def test_a_killed_helper_is_told_of_and_comes_back(project: Path) -> None:
    async with at_desk(project, suggestions=True) as here:
        await with_offers(here)
        helper = here.app.suggester._process
        assert helper
        helper.kill()
        await here.until(lambda: any("has ended" in said for said in here.said))
        await here.mark_words("Nobody said", "s")
        assert [mark.label for mark in stored(project)[0].marks] == ["sourced"]
        await here.until(lambda: here.app.suggester._process and here.app.suggester._process is not helper)
        await reach(here, FAILED)
        await here.press("a")
        await here.saved()
        assert len(stored(project)) == 2
        await here.until(lambda: FAILED not in offered(here))


def test_what_was_told_is_not_told_again(project: Path) -> None:
    told: list[Any] = []
    room = Room(project, told.append)
    with looking(project) as connection:
        room.answer(connection, Question(1, 1, SHA, "ana"))
        put = [offer for part in told if isinstance(part, Put) for offer, _ in part.offers]
        assert [offer.spans[0].cut(TEXT) for offer in put] == [each.spans[0].cut(TEXT) for each in suggest(TEXT)]
        told.clear()
        room.answer(connection, Question(2, 1, SHA, "ana"))
        assert told == [Done(2)]
        with Ledger(project, "ana", "elsewhere") as ledger, ledger.act() as act:
            offers.dismiss(act, put[0])
        told.clear()
        room.answer(connection, Question(3, 1, SHA, "ana"))
        assert told == [Drop([put[0].uid]), Done(3)]


async def test_the_helper_ends_with_the_app(project: Path) -> None:
    async with at_desk(project, suggestions=True) as here:
        await with_offers(here)
        helper = here.app.suggester._process
        assert helper
    assert helper.wait(10) is not None


async def test_edges_are_moved_after_accepting(project: Path) -> None:
    async with at_desk(project, suggestions=True) as here:
        await with_offers(here)
        await reach(here, "that the minister knew")
        await here.press("]")
        assert any("Accept the suggestion first" in said for said in here.said)
        await here.press("s", "]")
        await here.saved()
        assert [mention.quote for mention in stored(project)] == ["the minister knew"]
        await here.until(lambda: here.reader._question)
        assert "that the minister knew" not in offered(here)


async def test_words_marked_by_hand_are_not_offered(project: Path) -> None:
    async with at_desk(project, suggestions=True) as here:
        await with_offers(here)
        await here.mark_words("the gate had failed before", "d")
        assert FAILED not in offered(here)
        await here.until(lambda: len(here.reader._painted) == len(offered(here)))


async def test_another_document_drops_what_is_still_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    second = "The pump broke, the harbour master said."
    path = make_project(tmp_path / "p.db", TEXT, second)
    async with at_desk(path, suggestions=True) as here:
        await with_offers(here)
        first = here.reader._question
        await here.press(">")
        await here.until(lambda: offered(here) == ["The pump broke"])
        assert here.reader._question > first
        here.app.offered.publish(_late(here, first))
        await here.quiet()
        assert offered(here) == ["The pump broke"]


async def test_thousands_come_a_few_at_a_time_and_what_is_near_comes_first(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_offers, "AT_ONCE", 1)
    taken: list[str] = []

    def put(tray: Tray, offer: offers.Offer) -> None:
        taken.append(offer.uid)
        plain(tray, offer)

    plain = Tray.put
    monkeypatch.setattr(Tray, "put", put)
    async with at_desk(project, suggestions=True) as here:
        wanted = [suggestion.spans[0].cut(TEXT) for suggestion in suggest(TEXT)]
        await here.until(lambda: len(offered(here)) == len(wanted) > 2)
        starts = [here.desk.tray.offers[uid].spans[0].start for uid in taken]
        assert starts == sorted(starts), "the cursor is at the beginning"
        assert here.reader._painted.keys() == here.desk.tray.offers.keys()
        assert not here.reader._to_take


async def test_what_an_overtaken_answer_told_is_not_lost(project: Path) -> None:
    async with at_desk(project, suggestions=True) as here:
        await with_offers(here)
        reader, before = here.reader, dict(here.desk.tray.offers)
        gone, *_ = before
        left = {uid: offer for uid, offer in before.items() if uid != gone}
        here.app.offered.publish(Offered(reader._question - 1, left, [], {}, {gone}))
        await here.quiet()
        assert here.desk.tray.offers == before
        here.app.offered.publish(Offered(reader._question, left, [], {}, set()))
        await here.quiet()
        assert here.desk.tray.offers == left
        assert not here.drawn_as(gone)


async def test_what_was_covered_by_a_mark_that_was_refused_is_offered_again(project: Path) -> None:
    async with at_desk(project, suggestions=True) as here:
        await with_offers(here)
        desk, before = here.desk, dict(here.desk.tray.offers)
        (uid,) = [uid for uid, offer in before.items() if offer.spans[0] == span_of(FAILED, desk.text)]
        desk.choose(span_of(FAILED, desk.text))
        edit = desk.toggle("denied")
        assert uid not in desk.tray.offers
        desk.renew_offers([], before)
        assert uid not in desk.tray.offers, "the mark is still on its way"
        desk.done(edit.uid)
        desk.reload(edit.uid, None)
        desk.renew_offers([], before)
        assert desk.tray.offers == before


def _late(here: AtDesk, number: int) -> Any:
    """An answer to an earlier question, for another text."""
    suggestion = suggest(TEXT)[0]
    return Offered(number, {"ana/1": offers.Offer("ana/1", ENGINE, suggestion)}, [(ENGINE, suggestion)], {}, None)


async def test_what_an_engine_kept_is_offered_but_no_persons_marks_are(project: Path) -> None:
    other = suggest("Nobody said a word.")[0]
    there = span_of("The ministry declined to comment")
    async with at_desk(project, suggestions=True) as here:
        await with_offers(here)
        before = offered(here)
        with Ledger(project, "ben", "elsewhere") as ledger:
            with ledger.act() as act:  # what Ben accepted says so, and is still his
                own = offers.offers(ledger.connection, SHA, "ben", offers.live(TEXT, rule_engine()), [])
                offers.accept(act, own[0], SHA, TEXT, "denied")
            with ledger.act() as act:
                engine = _Engine()
                offers.keep(act, engine, structs.replace(other, spans=(there,), chain=()), SHA, TEXT)
        await here.until(lambda: len(offered(here)) == len(before) + 1)
        assert "The ministry declined to comment" in offered(here)
        uid = await reach(here, "The ministry declined to comment")
        assert "suggested by hunch 2" in card(here)
        await here.press("r")
        await here.saved()
        assert origin_of(project, "responded")["engine"] == "hunch 2"
        assert [mention.annotator for mention in stored(project) if mention.uid == uid] == ["ana"]
        assert "denied" not in {offer.suggestion.label for offer in here.desk.tray.offers.values()}


class _Engine:
    name, version = "hunch", "2"

    def suggest(self, text: str) -> list[Any]:
        return []


async def test_the_panel_says_what_ones_answers_made_of_it(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    says = [f"The gate number {at} held, a harbour official said." for at in range(10)]
    says += [f"According to the mayor, pump {at} failed." for at in range(10)]
    path = make_project(tmp_path / "p.db", "\n\n".join(says), TEXT)
    with Ledger(path, "ana", "elsewhere") as ledger, ledger.act() as act:
        text = "\n\n".join(says)
        sha256 = content_hash(text)
        for offer in offers.offers(ledger.connection, sha256, "ana", offers.live(text, rule_engine()), []):
            if offer.suggestion.rule == "according to":
                offers.dismiss(act, offer)
            else:
                offers.accept(act, offer, sha256, text)
    async with at_desk(path, document=2, suggestions=True) as here:
        await here.until(lambda: any(here.reader._reasons.values()))
        await reach(here, FAILED)
        assert "your answers: " in card(here)
        assert "often accepted" in card(here)
        assert here.desk.offer
        assert here.desk.offer.suggestion.confidence != 88


async def test_two_labels_for_the_same_words_each_bring_their_own_source(tmp_path: Path) -> None:
    text = "The mayor denied reports that the gate had failed."
    path = make_project(tmp_path / "p.db", text)
    async with at_desk(path, suggestions=True) as here:
        await with_offers(here)
        await here.press("tab", "a")
        await here.saved()
        (mention,) = stored(path)
        assert [(mark.label, [link.source_quote for link in mark.chain]) for mark in mention.marks] == [
            ("anonymous", ["reports"])
        ]
        await here.press("d")
        await here.saved()
        (mention,) = stored(path)
        assert [(mark.label, [link.source_quote for link in mark.chain]) for mark in mention.marks] == [
            ("anonymous", ["reports"]),
            ("denied", ["The mayor"]),
        ]
        await here.press("d")
        await here.saved()
        assert [mark.label for mark in stored(path)[0].marks] == ["anonymous"]


async def test_the_suggested_source_comes_first_and_one_key_takes_its_chain(project: Path) -> None:
    async with at_desk(project, suggestions=True) as here:
        await with_offers(here)
        await here.mark_words("gate had failed before", "a")
        await here.press("f")
        assert here.letters_at(span_of("A senior harbour official").start) == "a"
        assert "takes what is suggested: senior harbour official" in str(
            here.reader.query_one("#mode", Static).render()
        )
        await here.press("enter")
        await here.saved()
        assert [(link.source_quote, link.cue_quote) for link in here.mark.chain] == [
            ("A senior harbour official", "said")
        ]
        await here.press("f", "backspace", "enter")
        await here.saved()
        assert here.mark.chain == (), "dropped by hand, it is not put back"


async def test_with_suggestions_switched_off_enter_takes_no_chain(project: Path) -> None:
    async with at_desk(project) as here:
        await here.mark_words("gate had failed before", "a")
        await here.press("f", "enter")
        await here.saved()
        assert here.mark.chain == ()
