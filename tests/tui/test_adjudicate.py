"""The Adjudicate screen: what is seen of each annotator's work, and what each key rules, on disk."""

import pytest
from bench_app import at_bench
from jury import FERRY, GULLS, STOP, TEXT, Team, a_team
from onrecord.schema import acts, rulings, team
from onrecord.schema.events import Member
from onrecord.schema.text import Span
from onrecord.tui.screens.adjudicate import Adjudicate
from onrecord.tui.screens.library import Library
from onrecord.tui.screens.prompt import Prompt
from onrecord.tui.screens.reader import Reader
from onrecord.tui.screens.remarks import Remarks
from onrecord.tui.screens.verdict import Boundaries, Verdict
from onrecord.tui.widgets.toggles import Toggles


def filled(here: Team) -> None:
    """Ana and bob agree on the gulls, differ on the ferry in labels and words, and bob alone has the stop."""
    here.mark("ana", FERRY, "anonymous", who="a captain", claim="The ferry stops.", kind="described")
    here.mark("bob", Span(0, 15), "anonymous", "denied", who="a captain", claim="The ferry stops.", kind="described")
    here.mark("bob", STOP, "denied", who="the council")
    here.mark("ana", GULLS, "sourced")
    here.mark("bob", GULLS, "sourced")
    here.submit("ana", "bob")


async def test_differences_come_first_and_are_named_by_layer() -> None:
    with a_team() as here:
        filled(here)
        async with at_bench(here) as bench:
            first, second, last = bench.rows
            assert "BL···" in first
            assert "ana, bob" in first
            assert "B·····" in second
            assert "······" in last
            assert "Gulls" in last
            assert "they differ in boundaries, labels" in bench.shown
            assert "≠ words" in bench.shown
            assert "≠ labels" in bench.shown
            assert "= who" in bench.shown
            assert "= claim" in bench.shown
            await bench.press("j")
            assert "ana has nothing here" in bench.shown
            assert "0 of 3 ruled · 2 differences left · document 1 of 1 · 0 done" in bench.shown


async def test_a_number_takes_an_annotator_s_and_goes_on_and_undo_takes_it_back() -> None:
    with a_team() as here:
        filled(here)
        async with at_bench(here) as bench:
            await bench.press("2")
            (ruling,) = bench.rulings
            (gold,) = bench.golds
            assert (ruling.adjudicator, len(ruling.inputs)) == ("eve", 2)
            assert gold.spans == (Span(0, 15),)
            assert [mark.label for mark in gold.marks] == ["anonymous", "denied"]
            assert gold.marks[0].chain[0].source == "a captain"
            assert gold.claim == "The ferry stops."
            assert "✓ bob" in bench.rows[0]
            assert bench.cursor == STOP.cut(TEXT), "the cursor goes on to what waits"
            await bench.press("u")
            assert bench.rulings == []
            assert "· to rule" in bench.rows[0]
            await bench.press("ctrl+r")
            assert [each.spans for each in bench.golds] == [(Span(0, 15),)]


async def test_whoever_has_nothing_here_may_be_right() -> None:
    with a_team() as here:
        filled(here)
        async with at_bench(here) as bench:
            await bench.press("j", "1")
            (ruling,) = bench.rulings
            assert ruling.choice_id is None
            assert bench.golds == []
            assert "✓ none" in bench.rows[1]
            await bench.press("g", "x")
            assert [each.choice_id for each in bench.rulings] == [None, None]


async def test_a_key_for_nobody_rules_nothing() -> None:
    with a_team() as here:
        filled(here)
        async with at_bench(here) as bench:
            await bench.press("3")
            assert bench.rulings == []
            assert "no annotator number 3" in bench.heard


async def test_all_on_which_everybody_agrees_is_ruled_with_one_key() -> None:
    with a_team() as here:
        filled(here)
        here.mark("ana", Span(24, 40), "anonymous")
        here.mark("bob", Span(24, 40), "anonymous")
        async with at_bench(here) as bench:
            await bench.press("=")
            assert sorted(each.reason for each in bench.rulings) == ["unanimous: ana, bob"] * 2
            await bench.press("=")
            assert len(bench.rulings) == 2
            assert "no group left in which all agree" in bench.heard
            await bench.press("u")
            assert bench.rulings == []


async def test_a_majority_is_ruled_layer_by_layer_or_refused_with_the_layers() -> None:
    with a_team() as here:
        filled(here)
        async with at_bench(here) as bench:
            await bench.press("m")
            assert bench.rulings == []
            assert "There is no majority in boundaries, the label denied" in bench.heard
        here.mark("cyd", FERRY, "anonymous", who="the council", claim="The ferry stops.", kind="described")
        with here.act("ana") as act:
            acts.set_label(act, here.bench().items[0].inputs[0], "confirmed")
        here.submit("cyd")
        async with at_bench(here) as bench:
            assert len(bench.screen.docket.bench.annotators) == 3  # type: ignore[union-attr]
            await bench.press("m")
            (ruling,), (gold,) = bench.rulings, bench.golds
            assert ruling.taken_id is None
            assert ruling.reason == "majority among ana, bob, cyd"
            assert gold.spans == (FERRY,)
            assert [mark.label for mark in gold.marks] == ["anonymous"]
            assert gold.marks[0].chain[0].source == "a captain"


async def test_ruling_otherwise_with_words_labels_and_a_reason_of_one_s_own() -> None:
    with a_team() as here:
        filled(here)
        async with at_bench(here) as bench:
            await bench.app.press("enter")
            await bench.app.until(lambda: isinstance(bench.app.top, Verdict) and bench.app.top.query(Toggles))
            form = bench.app.top
            assert isinstance(form.focused, Boundaries)
            await bench.app.press("{", "tab", "d", "tab", *"rule four", "tab", *" early")
            await bench.app.press("ctrl+s")
            await bench.settle()
            (ruling,), (gold,) = bench.rulings, bench.golds
            assert ruling.reason == "rule four"
            assert gold.quote == "The ferry stops in"
            assert {mark.label for mark in gold.marks} == {"anonymous", "denied"}
            assert gold.claim == "The ferry stops. early"
            assert gold.marks[0].kind == "described"
            assert gold.marks[0].chain[0].source == "a captain"
            assert "✓ own" in bench.rows[0]
            assert "rules otherwise than any of them" not in bench.rows[0]
            await bench.press("k")
            assert "rule four" in bench.shown


async def test_a_form_that_is_cancelled_rules_nothing() -> None:
    with a_team() as here:
        filled(here)
        async with at_bench(here) as bench:
            await bench.app.press("enter")
            await bench.app.until(lambda: isinstance(bench.app.top, Verdict))
            await bench.press("escape")
            assert bench.rulings == []


async def test_any_ruling_can_be_given_a_reason_and_taken_back() -> None:
    with a_team() as here:
        filled(here)
        async with at_bench(here) as bench:
            await bench.press("1", "k")
            await bench.app.press("r")
            await bench.app.until(lambda: isinstance(bench.app.top, Prompt))
            await bench.press(*"she is right", "enter")
            assert [each.reason for each in bench.rulings] == ["she is right"]
            assert len(bench.golds) == 1
            await bench.press("delete")
            assert bench.rulings == []
            assert bench.golds == []


async def test_what_changes_after_a_ruling_is_said_and_changes_nothing_of_it() -> None:
    with a_team() as here:
        filled(here)
        async with at_bench(here) as bench:
            await bench.press("1")
            item = bench.screen.docket.row(0).item
            with here.act("ana") as act:
                acts.set_label(act, item.inputs[0], "confirmed")
            await bench.app.until(lambda: "! changed" in bench.rows[0])
            await bench.press("g")
            assert "changed, removed or added since" in bench.shown
            assert [mark.label for mark in bench.golds[0].marks] == ["anonymous"]
            await bench.press("1")
            assert {mark.label for mark in bench.golds[0].marks} == {"anonymous", "confirmed"}
            assert "✓ ana" in bench.rows[0]


async def test_two_rulings_on_the_same_are_shown_and_settled() -> None:
    with a_team() as here:
        filled(here)
        (item, *_) = here.bench().items
        with here.act("kim") as act:
            rulings.take(act, item.inputs, item.inputs[0])
        uid = rulings.ruling_uid("lou", item.inputs)
        with here.act("lou") as act:  # as a merge brings it in
            value = act.value("adjudication", rulings.ruling_uid("kim", item.inputs))
            act.put(uid, value.__class__(document=here.sha256, inputs=item.inputs))
        async with at_bench(here) as bench:
            assert "✓ twice" in bench.rows[0]
            assert "ruled twice, by kim, lou: the later counts" in bench.shown
            await bench.press("delete")
            assert len(bench.rulings) == 2, "another's ruling is not taken back"
            await bench.press("2")
            assert "✓ bob" in bench.rows[0]


async def test_only_what_differs_next_to_rule_and_back() -> None:
    with a_team() as here:
        filled(here)
        async with at_bench(here) as bench:
            await bench.press("f")
            assert len(bench.rows) == 2
            await bench.press("1", "g", "tab")
            assert bench.cursor == STOP.cut(TEXT)
            await bench.press("f")
            assert len(bench.rows) == 3
            await bench.press("q")
            assert isinstance(bench.app.top, Library)


async def test_going_from_document_to_document() -> None:
    with a_team() as here:
        filled(here)
        other = "The pier was painted, a clerk said. Nobody denied it."
        with here.act("ana") as act:
            sha256, _ = acts.add_document(act, other, title="The pier", published_at="2027-01-01")
        for name in ("ana", "bob"):
            with here.act(name) as act:
                uid = acts.new_mention(name)
                acts.set_mention(act, uid, sha256, other, [Span(0, 20)])
                acts.set_label(act, uid, "anonymous")
                acts.submit(act, sha256, "submitted")
        async with at_bench(here) as bench:
            assert "document 1 of 2 · 0 done" in bench.shown
            await bench.press("1", "x", "=")
            assert "document 1 of 2 · 1 done" in bench.shown
            await bench.press(">")
            assert "Adjudicate: The pier" in bench.shown
            assert "document 2 of 2 · 1 done" in bench.shown
            await bench.press(">")
            assert "This is the last document" in bench.heard
            await bench.press("slash", *"ferry", "enter")
            assert "Adjudicate: The ferry" in bench.shown
            assert "3 of 3 ruled" in bench.shown


async def test_one_annotator_s_document_is_gold_by_review() -> None:
    with a_team() as here:
        here.mark("ana", FERRY, "anonymous")
        here.mark("bob", STOP, "denied")
        here.submit("ana")
        async with at_bench(here) as bench:
            assert "Nothing to adjudicate yet" in bench.shown
            await bench.press("i")
            assert len(bench.rows) == 2
            assert "with unfinished work" in bench.shown
            await bench.press("1", "2")
            assert len(bench.golds) == 2
            assert "2 of 2 ruled" in bench.shown


async def test_remarks_are_read_and_answered_here() -> None:
    with a_team() as here:
        filled(here)
        uid = here.bench().items[0].inputs[0]
        with here.act("ana") as act:
            team.remark(act, uid, "Is this a claim at all?")
        async with at_bench(here) as bench:
            assert "1 remark, 1 not answered" in bench.shown
            await bench.app.press("M")
            await bench.app.until(lambda: isinstance(bench.app.top, Remarks))
            await bench.app.press(*"Yes, it is.", "enter")
            await bench.app.until(lambda: isinstance(bench.app.top, Adjudicate))
            await bench.settle()
            await bench.app.until(lambda: "2 remarks" in bench.shown)
            assert "not answered" not in bench.shown


async def test_annotators_are_told_that_they_do_not_rule() -> None:
    with a_team() as here:
        filled(here)
        with here.act("lea") as act:
            act.put("lea", Member(role="lead"))
        async with at_bench_refused(here) as text:
            assert "Only an adjudicator or a lead may rule" in text
        async with at_bench(here, "lea") as bench:
            await bench.press("1")
            assert len(bench.rulings) == 1


def at_bench_refused(here: Team):  # type: ignore[no-untyped-def]
    """What an annotator is told who asks for the screen."""
    from collections.abc import AsyncIterator
    from contextlib import asynccontextmanager

    from library_app import in_library

    @asynccontextmanager
    async def refused() -> AsyncIterator[str]:
        async with in_library(here.ledger.path, annotator="ana") as app:
            await app.press("A")
            await app.quiet()
            assert isinstance(app.top, Library)
            yield " ".join(app.said)

    return refused()


async def test_it_opens_from_the_reader_and_goes_there() -> None:
    with a_team() as here:
        filled(here)
        async with at_bench(here) as bench:
            await bench.press("j", "o")
            await bench.app.until(lambda: isinstance(bench.app.top, Reader))
            assert bench.app.reader.desk.cursor.start == STOP.start
            assert {each.annotator for each in bench.app.reader.desk.mentions.values()} == {"ana", "bob"}
            await bench.app.press("q")
            await bench.app.press("1")
            await bench.settle()
            await bench.app.press("o")
            await bench.app.until(lambda: isinstance(bench.app.top, Reader))
            assert all(each.layer == "" for each in bench.app.reader.desk.mentions.values())
            await bench.app.press("A")
            await bench.app.until(lambda: isinstance(bench.app.top, Adjudicate))


@pytest.mark.parametrize("size", [(80, 24), (60, 15), (200, 60)])
async def test_five_annotators_fit_on_any_terminal(size: tuple[int, int]) -> None:
    with a_team() as here:
        for number, name in enumerate(("ana", "bob", "cyd", "dan", "水晶")):
            here.mark(name, Span(0, 15 + number), "anonymous" if number % 2 else "denied")
        here.submit("ana", "bob", "cyd", "dan", "水晶")
        async with at_bench(here, size=size) as bench:
            assert len(bench.rows) == 1
            await bench.press("5")
            assert [each.spans for each in bench.golds] == [(Span(0, 19),)]
            if size[1] > 20:
                assert "水晶" in bench.shown
