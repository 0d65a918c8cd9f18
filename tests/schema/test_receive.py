"""What comes from outside: merged by union, set aside with a reason, never believed about somebody else's work."""

import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from examples import examples
from histories import BODIES, DOCUMENTS, NOWHERE, TEXTS, events, logs, scene
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema import acts, check, clock, reading, searching
from onrecord.schema import events as ev
from onrecord.schema.anchors import Anchor, anchor
from onrecord.schema.errors import NothingToUndo
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span
from project_state import Hands, log_state, project, public_state, whole_state

START = clock.stamp_of(1_772_445_600_000)
LATER = clock.stamp_of(1_772_445_700_000)
LAST = clock.stamp_of(1_772_445_800_000)
SHA = DOCUMENTS[0]
COUNTER = itertools.count(1)


def event(subject: str, data: ev.AnyValue | None, kind: str = "", **more: Any) -> ev.AnyEvent:
    about: dict[str, Any] = {"v": 1, "annotator": "bob", "device": "d2", "seq": next(COUNTER), "clock": START}
    return ev.EVENTS[kind or ev.KIND_OF[type(data)]](**about | more, subject=subject, data=data)  # type: ignore[arg-type, index]


def sent(*made: ev.AnyEvent) -> list[bytes]:
    return [ev.canonical(each) for each in made]


def id_of(made: ev.AnyEvent) -> str:
    return ev.event_id(ev.canonical(made))


def set_aside(ledger: Ledger) -> list[str]:
    rows = ledger.connection.execute(
        "SELECT reason FROM quarantine WHERE hash NOT IN (SELECT hash FROM events) ORDER BY id"
    )
    return [row[0] for row in rows]


def log_of(ledger: Ledger) -> list[bytes]:
    return [row[0] for row in ledger.connection.execute("SELECT body FROM events ORDER BY id")]


# --- merging -------------------------------------------------------------------------------------------------------


@examples(12)
@given(parts=st.tuples(logs(10), logs(10), logs(10)))
def test_merging_is_a_union(parts: tuple[list[ev.AnyEvent], ...]) -> None:
    """Commutative, associative and idempotent: (a + b) + c, a + (b + c), c + b + a + a are one project."""

    def merged(*logs_: Sequence[bytes]) -> dict[str, Any]:
        with project("cleo", "d9") as ledger:
            for bodies in logs_:
                ledger.receive(bodies, TEXTS)
            return whole_state(ledger.connection)

    a, b, c = (sent(*part) for part in parts)
    with project("cleo", "d9") as ledger:
        ledger.receive(b, TEXTS)
        ledger.receive(c)
        b_and_c = log_of(ledger)
    expected = merged(a, b, c)
    assert merged(c, b, a, a, c) == expected
    # What project b + c set aside is not in its log, so a + (b + c) never sees it.
    other = merged(b_and_c, a)
    assert other | {"aside": None} == expected | {"aside": None}


def test_two_projects_that_exchange_their_logs_agree() -> None:
    with project("ana", "d1") as ana, project("bob", "d2") as bob:
        for ledger in (ana, bob):
            with ledger.act() as act:
                sha256, new = acts.add_document(act, BODIES[0], title="The Pier", outlet="Gazette")
                assert new
                uid = acts.new_mention(ledger.annotator)
                acts.set_mention(act, uid, sha256, BODIES[0], [Span(4, 11)])
                acts.set_label(act, uid, "anonymous")
                acts.link_claim(act, uid, acts.state_claim(act, "The harbour said no"))
        for one, other in ((ana, bob), (bob, ana), (ana, bob)):
            one.receive(log_of(other), dict(other.connection.execute("SELECT sha256, text FROM texts").fetchall()))
        assert whole_state(ana.connection) == whole_state(bob.connection)
        # Both stated the same claim and added the same text, apart: there is one of each.
        assert [claim.mentions for claim in reading.claims(ana.connection)] == [2]
        assert [finding.what for finding in check.check(ana.connection)] == []


def test_what_is_known_is_counted_and_changes_nothing() -> None:
    bodies = sent(*scene())
    with project() as ledger:
        first = ledger.receive(bodies, TEXTS)
        assert (first.added, first.known, first.quarantined) == (len(bodies), 0, [])
        before = whole_state(ledger.connection)
        again = ledger.receive(bodies + bodies, TEXTS)
        assert (again.added, again.known, again.quarantined) == (0, 2 * len(bodies), [])
        assert whole_state(ledger.connection) == before


# --- heads ---------------------------------------------------------------------------------------------------------


def test_two_devices_offline_make_a_conflict_that_a_new_event_settles() -> None:
    uid, subject = "bob/m1", "bob/m1/denied"
    made = scene()
    first = event(subject, ev.Mark(mention=uid, label="denied", note="first"))
    here = event(subject, ev.Mark(mention=uid, label="denied", note="here"), clock=LATER, parents=(id_of(first),))
    there = event(
        subject, ev.Mark(mention=uid, label="denied", note="there"), clock=LAST, parents=(id_of(first),), device="d3"
    )
    with project("bob", "d2") as ledger:
        ledger.receive(sent(*made, first, there, here), TEXTS)

        def seen() -> tuple[str, bool]:
            mention = reading.mention(ledger.connection, uid)
            assert mention
            mark = mention.mark("denied")
            assert mark
            return mark.note, mention.conflict

        assert seen() == ("there", True)  # provisionally, the later clock
        assert [f.what for f in check.check(ledger.connection)] == [
            f"mark {subject} was changed in 2 places at once; the latest change counts"
        ]
        with ledger.act() as act:
            assert acts.set_label(act, uid, "denied", note="there")  # says the same, and yet it settles
        assert seen() == ("there", False)
        (settled,) = (
            log_state(ledger.connection)["heads"]
            - {(hash_,) for hash_ in map(id_of, (*made, first, here, there))}
            - {(ev.event_id(body),) for body in log_of(ledger)[:5]}
        )
        body = ledger.connection.execute("SELECT body FROM events WHERE hash = ?", settled).fetchone()[0]
        assert ev.trusted(body).parents == tuple(sorted((id_of(here), id_of(there))))


def test_equal_statements_apart_are_no_conflict_worth_a_note() -> None:
    with project() as ledger:
        ledger.receive(
            sent(event("c1", ev.Claim(text="It stands.")), event("c1", ev.Claim(text="It stands."), device="d3"))
        )
        assert [finding.what for finding in check.check(ledger.connection)] == []


def test_of_two_heads_with_one_clock_the_greater_id_decides() -> None:
    one, two = event("c1", ev.Claim(text="one")), event("c1", ev.Claim(text="two"))
    expected = max((one, two), key=id_of).data
    for order in ((one, two), (two, one)):
        with project() as ledger:
            ledger.receive(sent(*order))
            assert [claim.claim for claim in reading.claims(ledger.connection)] == [expected.text]  # type: ignore[union-attr]


def test_what_goes_and_comes_with_a_document_may_refer_to_each_other() -> None:
    made = scene()
    gone = event(SHA, None, "document", clock=LATER, parents=(id_of(made[0]),))
    back = event(SHA, made[0].data, clock=LAST, parents=(id_of(gone),))
    with project() as ledger:
        ledger.receive(sent(*made), TEXTS)
        before = public_state(ledger.connection)
        ledger.receive(sent(gone))
        assert public_state(ledger.connection)["mentions"] == []
        assert public_state(ledger.connection)["marks"] == []
        ledger.receive(sent(back))
        assert public_state(ledger.connection) == before


# --- nobody else's -------------------------------------------------------------------------------------------------


def forged(data: ev.AnyValue | None, kind: str, subject: str, parents: tuple[str, ...]) -> ev.AnyEvent:
    return event(subject, data, kind, annotator="bob", clock=LAST, parents=parents)


@pytest.mark.parametrize("withdrawn", [False, True])
@pytest.mark.parametrize("kind", sorted(ev.OWNED))
def test_nobody_supersedes_what_another_annotator_said(kind: str, withdrawn: bool) -> None:
    values: dict[str, tuple[str, ev.AnyValue]] = {
        "mention": ("ana/m1", ev.Mention(document=SHA, spans=(anchor(TEXTS[SHA], Span(0, 3)),))),
        "mark": ("ana/m1/sourced", ev.Mark(mention="ana/m1", label="sourced", note="not so")),
        "submission": (f"ana/{SHA}", ev.Submission(document=SHA, state="submitted")),
        "adjudication": ("ana/a1", ev.Adjudication(document=SHA, inputs=("ana/m1",), reason="because")),
        "sitting": ("ana/s1", ev.Sitting(document=SHA, seconds=60)),
        "remark": ("ana/r1", ev.Remark(mention="ana/m1", text="why?")),
    }
    subject, value = values[kind]
    anas = event(subject, value, annotator="ana", device="d1", clock=LATER)
    with project() as ledger:
        ledger.receive(sent(*scene(), anas), TEXTS)
        before = public_state(ledger.connection), log_state(ledger.connection)["heads"]
        heads = tuple(sorted(row[0] for row in before[1]))
        bad = forged(None if withdrawn else value, kind, subject, heads)
        received = ledger.receive(sent(bad))
        assert received.quarantined == [f"bob cannot write the {kind} {subject!r}: it belongs to somebody else"]
        assert set_aside(ledger) == received.quarantined
        assert (public_state(ledger.connection), log_state(ledger.connection)["heads"]) == before


@examples(12)
@given(data=st.data(), log=logs(14))
def test_nothing_that_bob_signs_changes_what_is_anas(data: st.DataObject, log: list[ev.AnyEvent]) -> None:
    every = tuple(sorted({id_of(made) for made in log}))
    bobs = [
        type(made)(**{name: getattr(made, name) for name in made.__struct_fields__} | {"parents": every, "seq": 99})
        for made in [data.draw(events(log)) for _ in range(6)]
        if made.annotator == "bob" and ev.kind_of(made) in ev.OWNED
    ]
    with project() as ledger:
        ledger.receive(sent(*log), TEXTS)

        def anas() -> dict[str, list[Any]]:
            state = public_state(ledger.connection)
            return {
                table: [row for row in state[table] if "ana" in row] for table in ("mentions", "marks", "submissions")
            }

        before = anas()
        ledger.receive(sent(*bobs))
        assert anas() == before


def test_nobody_undoes_what_another_annotator_did() -> None:
    with project("ana", "d1") as ledger:
        with ledger.act() as act:
            acts.state_claim(act, "It stands.")
            anas_act = act.name
        bobs = event("c9", ev.Claim(text="Nothing"), undoes=anas_act, clock=LATER)
        ledger.receive(sent(bobs))
        assert ledger.undo().act == anas_act
        (undo,) = ledger.connection.execute(
            "SELECT act FROM events WHERE undoes = ? AND annotator = 'ana'", (anas_act,)
        ).fetchone()
        ledger.receive(sent(event("c9", ev.Claim(text="Nothing!"), undoes=undo, clock=LAST)))
        with pytest.raises(NothingToUndo):
            ledger.undo()  # it is undone still, whatever bob says
        assert ledger.redo().act == undo


def test_only_the_built_in_codebook_bears_its_signature() -> None:
    fake = event("responded", None, "label", annotator="onrecord", device="builtin")
    with project() as ledger:
        received = ledger.receive(sent(fake))
        assert received.quarantined == ["'onrecord' signs the built-in codebook alone"]
        assert len(reading.labels(ledger.connection)) == 5


# --- set aside -----------------------------------------------------------------------------------------------------


def test_one_bad_event_does_not_keep_the_others_out() -> None:
    good = sent(*scene())
    bad = [b"", b"{}", b"\x00\xff", sent(event("c1", ev.Claim(text="x")))[0].replace(b'"v":1', b'"v":9'), b"[" * 10_000]
    with project() as ledger:
        received = ledger.receive([*bad, *good, *bad], TEXTS)
        assert received.added == len(good)
        assert len(received.quarantined) == 2 * len(bad)
        assert len(set_aside(ledger)) == len(bad)
        assert any("newer onrecord" in reason for reason in set_aside(ledger))
        assert len(reading.mentions(ledger.connection, reading.list_documents(ledger.connection, "", 0, 9)[0].id)) == 2


def test_what_is_too_long_leaves_only_its_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    body = sent(event("c1", ev.Claim(text="x" * 500)))[0]
    with project() as ledger:
        for module in ("validity", "ledger"):
            monkeypatch.setattr(f"onrecord.schema.{module}.MAX_EVENT_BYTES", 500)
        assert "at most 500 are taken" in ledger.receive([body]).quarantined[0]
        kept = ledger.connection.execute("SELECT hash, body FROM quarantine").fetchall()
        assert kept == [(ev.event_id(body), b"")]
        assert ledger.retry_quarantine() == 0


def test_a_document_waits_for_its_text_and_its_mentions_with_it() -> None:
    with project() as ledger:
        first = ledger.receive(sent(*scene()))
        assert set(first.quarantined) == {"the text that it belongs to is not here yet"}
        assert reading.list_documents(ledger.connection, "", 0, 9) == []
        second = ledger.receive([], TEXTS)
        assert (second.added, second.quarantined) == (len(first.quarantined), [])
        with project() as other:
            other.receive(sent(*scene()), TEXTS)
            assert whole_state(other.connection) == whole_state(ledger.connection)


@pytest.mark.parametrize("comes", ["by itself", "with its document"])
def test_a_document_that_was_named_before_its_text_came_appears_with_it(comes: str) -> None:
    with project() as ledger:
        with ledger.act() as act:
            act.put(SHA, ev.Document(title="The Pier"))
        assert reading.list_documents(ledger.connection, "", 0, 9) == []
        if comes == "by itself":
            ledger.receive([], TEXTS)
        else:
            with ledger.act() as act:
                acts.add_document(act, TEXTS[SHA], title="Another title")
        assert [line.title for line in reading.list_documents(ledger.connection, "", 0, 9)] == ["The Pier"]
        assert searching.search(ledger.connection, "harbour").hits


def test_words_that_the_document_does_not_have_are_refused() -> None:
    wrong = Anchor(start=4, end=11, quote="HARBOUR", before="", after="")
    with project() as ledger:
        ledger.receive(sent(*scene()), TEXTS)
        received = ledger.receive(sent(event("bob/m7", ev.Mention(document=SHA, spans=(wrong,)))))
        assert received.quarantined == ["the document does not read 'HARBOUR' at 4:11"]
        assert ledger.receive([], TEXTS).added == 0


def test_a_mark_whose_words_are_not_in_its_document_is_kept_but_not_shown() -> None:
    wrong = Anchor(start=4, end=11, quote="HARBOUR", before="", after="")
    bad = event("bob/m1/denied", ev.Mark(mention="bob/m1", label="denied", chain=(ev.Link(spans=(wrong,)),)))
    with project() as ledger:
        received = ledger.receive(sent(*scene(), bad), TEXTS)
        assert received.quarantined == []
        mention = reading.mention(ledger.connection, "bob/m1")
        assert mention
        assert mention.mark("denied") is None
        assert [finding.what for finding in check.check(ledger.connection)] == [
            "mark bob/m1/denied is not shown: its words are not in the document"
        ]


def test_a_text_must_be_what_its_hash_says() -> None:
    with project() as ledger:
        received = ledger.receive([], {SHA: "another text", NOWHERE: "a\0b"})
        assert received.quarantined[0] == f"a text does not have the sha256 {SHA} that it came under"
        assert "U+0000" in received.quarantined[1]
        assert ledger.connection.execute("SELECT count(*) FROM texts").fetchone() == (0,)


def test_a_clock_too_far_ahead_waits_until_time_has_come() -> None:
    hands = Hands()
    day = clock.MAX_DRIFT_MS
    on_the_edge = event("c1", ev.Claim(text="edge"), clock=clock.stamp_of(hands.milliseconds + day, 65535))
    ahead = event("c2", ev.Claim(text="ahead"), clock=clock.stamp_of(hands.milliseconds + day + 1))
    with project(now=hands) as ledger:
        received = ledger.receive(sent(on_the_edge, ahead))
        assert (received.added, received.quarantined) == (1, ["its clock is 24.0 hours ahead of this machine's"])
        assert ledger.retry_quarantine() == 0
        with ledger.act() as act:
            acts.state_claim(act, "after the edge")
        assert act.clock == clock.stamp_of(hands.milliseconds + day + 1)
        hands.milliseconds += 1
        assert ledger.retry_quarantine() == 1
        assert [claim.claim for claim in reading.claims(ledger.connection)] == ["edge", "after the edge", "ahead"]
        assert set_aside(ledger) == []


def test_own_stamps_grow_while_the_wall_clock_goes_back() -> None:
    hands = Hands()
    stamps: list[str] = []
    with project(now=hands) as ledger:
        for step in (0, -5_000, -1, 0, 10_000, -10_000):
            hands.milliseconds += step
            with ledger.act() as act:
                acts.state_claim(act, f"claim {len(stamps)}")
            stamps.append(act.clock)
    assert stamps == sorted(set(stamps))


def test_a_failing_delivery_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    with project() as ledger:
        before = whole_state(ledger.connection)

        def failing() -> Any:
            yield from sent(*scene())
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            ledger.receive(failing(), TEXTS)
        assert whole_state(ledger.connection) == before
        ledger.receive(sent(*scene()), TEXTS)
        assert len(searching.search(ledger.connection, "harbour").hits) == 1
