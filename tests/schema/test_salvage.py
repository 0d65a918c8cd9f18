"""Whatever is damaged in a file, all that is sound of its log comes back, and what does not is named, all of it."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import worn
from examples import examples
from histories import TEXTS
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema import acts, clock, events
from onrecord.schema.check import check
from onrecord.schema.codebook import genesis
from onrecord.schema.errors import AlreadyThere, ForeignFile, NotStored, OnrecordError, ProjectMissing
from onrecord.schema.ledger import Ledger
from onrecord.schema.salvage import Salvaged, salvage
from onrecord.schema.store import connect
from project_state import log_state, open_quickly, project, public_state, whole_state

LOG = ("texts", "subjects", "events", "parents", "quarantine")
FLIPS = int(os.environ.get("ONRECORD_FLIPS", "1"))
"""How many copies of each table and index are damaged; of the log's own tables, five times as many."""


def held(path: Path) -> dict[str, set[str]]:
    """The hashes of the events, texts and events set aside that a project has."""
    with closing(sqlite3.connect(path)) as connection:
        queries = {
            "event": "SELECT hash FROM events",
            "text": "SELECT sha256 FROM texts",
            "aside": "SELECT hash FROM quarantine",
        }
        return {kind: {hash_ for (hash_,) in connection.execute(query)} for kind, query in queries.items()}


def problems(path: Path) -> list[str]:
    """What a check says of a file, be it that it does not open it."""
    try:
        with closing(connect(path, write=False)) as connection:
            return [found.what for found in check(connection) if found.level == "problem"]
    except OnrecordError as error:
        return [error.sentence]


def saved(path: Path) -> tuple[Salvaged, Path]:
    new = path.with_name("new.db")
    before = path.read_bytes()
    done = salvage(path, new)
    assert path.read_bytes() == before
    assert sorted(each.name for each in path.parent.iterdir() if "wal" not in each.name) == ["new.db", path.name]
    assert problems(new) == []
    return done, new


def assert_exact(had: dict[str, set[str]], done: Salvaged, new: Path) -> None:
    """What is not there is named, and what is named is not there."""
    has = held(new)
    has["aside"] |= has["event"]  # what was waiting may have been taken in
    lost = {kind: had[kind] - has[kind] - (has["aside"] if kind == "event" else set()) for kind in had}
    assert {kind: {each.hash for each in done.lost if each.kind == kind} for kind in had} == lost
    assert all(each.what.isprintable() for each in done.lost)


@pytest.fixture(scope="module")
def had(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    path = tmp_path_factory.mktemp("sound") / "sound.db"
    path.write_bytes(worn.sound())
    return held(path)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("state") / "sound.db"
    path.write_bytes(worn.sound())
    with closing(connect(path, write=False)) as connection:
        return whole_state(connection)


def test_of_a_sound_file_everything_comes_back(had: dict[str, set[str]], state: dict[str, Any]) -> None:
    with worn.worn(worn.sound()) as path:
        done, new = saved(path)
        assert (done.lost, done.pages, done.waiting) == ((), 0, 0)
        assert held(new) == had
        with closing(connect(new, write=False)) as connection:
            assert whole_state(connection) == state


# --- bits ----------------------------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("tree", sorted(worn.trees()))
def test_one_turned_bit_costs_one_thing_at_most(tree: str, had: dict[str, set[str]], state: dict[str, Any]) -> None:
    for seed in range(FLIPS * (5 if tree in LOG and FLIPS > 1 else 1)):
        with worn.worn(worn.turned(tree, seed)) as path:
            told = problems(path)
            done, new = saved(path)
            assert_exact(had, done, new)
            assert len(done.lost) <= (tree in LOG), (tree, seed)
            if not told:  # a bit that nothing is said of must not matter
                with closing(connect(path, write=False)) as connection:
                    assert whole_state(connection) == state, (tree, seed)
            assert all(len(what) < 400 and "\n" not in what for what in told)


@pytest.mark.slow
@pytest.mark.parametrize("tree", [*LOG, "sqlite_schema", "documents", "search_data"])
def test_what_does_not_stand_on_the_damaged_pages_comes_back(tree: str, had: dict[str, set[str]]) -> None:
    """Twenty bits of one table at once: nothing is lost but what stands on its pages."""
    with worn.worn(worn.turned(tree, 0, bits=20)) as path:
        problems(path)
        done, new = saved(path)
        assert_exact(had, done, new)
        assert {each.kind for each in done.lost} <= {
            {"texts": "text", "events": "event", "quarantine": "aside"}.get(tree)
        }


def test_what_is_lost_is_named(had: dict[str, set[str]]) -> None:
    quote = b"The ferry was sold in April"
    for tree, says in (("texts", " of “Mayor concedes”"), ("events", "mention ana/m3, event ")):
        damaged = bytearray(worn.sound())
        (at,) = [
            at
            for page in worn.trees()[tree]
            if (at := damaged.find(quote, (page - 1) * worn.PAGE, page * worn.PAGE)) >= 0
        ]
        damaged[at] ^= 1
        with worn.worn(bytes(damaged)) as path:
            done, _ = saved(path)
            (lost,) = done.lost
            assert says in lost.what
            assert lost.kind == "text" or "of device desk" in lost.what


# --- pages ---------------------------------------------------------------------------------------------------------


def without(pages: set[int], fill: Callable[[int], bytes]) -> bytes:
    body = bytearray(worn.sound())
    for page in pages:
        body[(page - 1) * worn.PAGE : page * worn.PAGE] = fill(page)
    return bytes(body)


FILLS: dict[str, Callable[[int], bytes]] = {
    "zeros": lambda page: bytes(worn.PAGE),
    "noise": lambda page: bytes((at * 7 + page) % 251 for at in range(worn.PAGE)),
    "half": lambda page: worn.sound()[(page - 1) * worn.PAGE :][: worn.PAGE // 2] + bytes(worn.PAGE // 2),
}


@pytest.mark.parametrize("fill", FILLS)
def test_nothing_but_the_log_s_own_pages_is_needed(fill: str, had: dict[str, set[str]]) -> None:
    """Header, schema, every index, every derived table and the tree above the rows: all of them gone."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(worn.sound())
        roots = {
            root
            for (root,) in connection.execute(
                "SELECT rootpage FROM sqlite_master WHERE rootpage AND name NOT IN ('events', 'texts', 'quarantine')"
            )
        }
        with_rows = {
            name: set(pages) for name, pages in worn.trees().items() if name in ("events", "texts", "quarantine")
        }
    gone = {page for name, pages in worn.trees().items() if name not in with_rows for page in pages} | roots | {1}
    gone -= set().union(*with_rows.values())
    with worn.worn(without(gone, FILLS[fill])) as path:
        assert problems(path)
        _, new = saved(path)
        assert held(new) == had


def test_a_page_of_events_that_is_gone_costs_those_that_stood_on_it(had: dict[str, set[str]]) -> None:
    for page in worn.trees()["events"]:
        with worn.worn(without({page}, FILLS["zeros"])) as path:
            assert problems(path)
            done, new = saved(path)
            assert_exact(had, done, new)
            assert all(" of device " in each.what for each in done.lost if each.kind == "event")


@pytest.mark.parametrize("pages", [0.2, 0.5, 0.9])
def test_a_file_that_ends_too_early(pages: float, had: dict[str, set[str]]) -> None:
    body = worn.sound()
    end = int(len(body) * pages)
    with worn.worn(body[:end]) as path:
        assert problems(path)
        done, new = saved(path)
        has = held(new)
        assert done.pages == len(body) // worn.PAGE - -(-end // worn.PAGE) > 0
        for kind, hashes in had.items():
            assert has[kind] <= hashes
        # Every row of which all bytes are there has come back.
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(body)
            whole = {
                h for h, b in connection.execute("SELECT hash, body FROM events") if -1 < body.find(b) < end - len(b)
            }
        assert whole <= has["event"] | has["aside"]


def test_without_a_text_its_events_wait_for_it_and_a_merge_brings_it() -> None:
    body = bytearray(worn.sound())
    body[body.index(b"was sold in April, the mayor")] ^= 1
    with worn.worn(bytes(body)) as path:
        done, new = saved(path)
        assert done.waiting >= 2  # the document and the mention in it
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(worn.sound())
            texts = dict(connection.execute("SELECT sha256, text FROM texts"))
            with open_quickly(new) as ledger:
                ledger.receive([], texts)
                assert log_state(ledger.connection)["events"] == log_state_of(connection)


def log_state_of(connection: sqlite3.Connection) -> set[tuple[Any, ...]]:
    return set(connection.execute("SELECT hash, annotator, device, seq, clock, act, undoes FROM events"))


# --- journals, clocks, names ---------------------------------------------------------------------------------------


def test_what_only_the_journal_has_is_found(tmp_path: Path) -> None:
    with open_quickly(tmp_path / "p.db") as ledger:
        ledger.connection.execute("PRAGMA wal_autocheckpoint = 0")
        with ledger.act() as act:
            for text in TEXTS.values():
                acts.add_document(act, text)
            acts.add_document(act, "long " * 30_000)
        state = whole_state(ledger.connection)
        copy = tmp_path / "copies"
        copy.mkdir()
        for ending in ("", "-wal"):  # as a power cut leaves them
            (copy / f"p.db{ending}").write_bytes((tmp_path / f"p.db{ending}").read_bytes())
        with ledger.act() as act:
            acts.state_claim(act, "This is not on disk.")
            ledger.connection.execute("PRAGMA cache_spill = ON")
    done, new = saved(copy / "p.db")
    assert done.lost == ()
    with closing(connect(new, write=False)) as connection:
        assert whole_state(connection) == state


@examples(20)
@given(st.integers(0, 10_000), st.integers(0, 7))
def test_a_damaged_journal_costs_no_more_than_what_stood_there(where: int, bit: int) -> None:
    with project() as ledger:
        ledger.connection.execute("PRAGMA wal_autocheckpoint = 0")
        for text in TEXTS.values():
            with ledger.act() as act:
                acts.add_document(act, text)
        everything = held(ledger.path)
        wal = Path(f"{ledger.path}-wal")
        body = bytearray(wal.read_bytes())
        body[len(body) * where // 10_001] ^= 1 << bit
        with worn.worn(ledger.path.read_bytes()) as path:
            Path(f"{path}-wal").write_bytes(body)
            _, new = saved(path)
            with closing(connect(path, write=False)) as connection:
                seen = {hash_ for (hash_,) in connection.execute("SELECT hash FROM events")}
                unread = len(everything["event"] - seen)
                told = [found for found in check(connection) if "-wal" in found.what]
                assert bool(told) == bool(unread), "what SQLite passes over in silence is told"
                assert [found.level for found in told] == ["problem" if unread > 1 else "note"][: len(told)]
                assert unread < 2 or f"the {unread} last writes in it" in told[0].what
            has = held(new)
            missing = sum(len(everything[kind] - has[kind] - has["aside"]) for kind in everything)
            assert missing <= 1


def test_events_of_a_clock_that_ran_ahead_stay_in_the_log() -> None:
    with project(now=lambda: 4_000_000_000_000) as ledger:
        with ledger.act() as act:
            acts.state_claim(act, "It is 2096.")
        ledger.close()
        with worn.worn(ledger.path.read_bytes()) as path:
            done, new = saved(path)
            assert done.waiting == 0
            assert held(new) == held(path)


def test_an_event_that_never_was_in_the_log_does_not_come_into_it() -> None:
    """Words in a text may look like an event; only what the file knows by its hash is one."""
    forged = events.canonical(
        events.ClaimEvent(
            v=1,
            annotator="eve",
            device="d9",
            seq=1,
            clock=clock.stamp_of(9),
            subject="c9",
            data=events.Claim(text="No."),
        )
    )
    with project() as ledger:
        with ledger.act() as act:
            acts.add_document(act, f"It said {forged.decode()} and no more.")
        ledger.close()
        with worn.worn(ledger.path.read_bytes()) as path:
            _, new = saved(path)
            assert held(new) == held(path)


def test_the_order_of_the_log_and_what_was_derived_from_it_are_kept(had: dict[str, set[str]]) -> None:
    with worn.worn(worn.sound()) as path:
        _, new = saved(path)
        logs = []
        for each in (path, new):
            with closing(sqlite3.connect(each)) as connection:
                logs.append([hash_ for (hash_,) in connection.execute("SELECT hash FROM events ORDER BY id")])
        assert logs[0] == logs[1]


# --- what cannot be salvaged ---------------------------------------------------------------------------------------


def test_a_name_in_the_file_that_is_no_text(tmp_path: Path) -> None:
    """SQLite quotes it in what it says of the damage, which Python then cannot read."""
    for number, name in enumerate((b"sqlite_autoindex_marks_2", b"documents_title", b"search_idx")):
        (path := tmp_path / str(number) / "p.db").parent.mkdir()
        data = bytearray(worn.sound())
        while (at := data.find(name)) >= 0:
            data[at + len(name) - 1] |= 0x80
        path.write_bytes(data)
        done, _ = saved(path)
        assert done.lost == ()


@pytest.mark.parametrize(
    "body",
    [b"", b"no database", bytes(100_000), b"SQLite format 3\0" + bytes(20_000)],
    ids=["empty", "text", "zeros", "header"],
)
def test_a_file_without_a_project_in_it_is_a_sentence(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "p.db"
    path.write_bytes(body)
    with pytest.raises(ForeignFile, match="nothing of a project was found in it"):
        salvage(path, tmp_path / "new.db")
    assert [each.name for each in tmp_path.iterdir()] == ["p.db"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path, new = tmp_path / "p.db", tmp_path / "new.db"
    path.write_bytes(worn.sound())
    new.write_text("mine")
    with pytest.raises(AlreadyThere, match="exists already"):
        salvage(path, new)
    assert new.read_text() == "mine"
    with pytest.raises(AlreadyThere):
        salvage(path, path)
    with pytest.raises(ProjectMissing):
        salvage(tmp_path / "absent.db", new)
    with pytest.raises(NotStored, match="cannot be made"):
        salvage(path, tmp_path / "no folder" / "new.db")
    assert path.read_bytes() == worn.sound()


def test_a_project_of_an_earlier_format_is_salvaged_into_this_one(tmp_path: Path) -> None:
    path = worn.old_project(tmp_path, 1)
    done = salvage(path, tmp_path / "new.db")
    assert done.lost == ()
    assert held(tmp_path / "new.db") == held(path)
    with Ledger(path, "eve", "e") as ledger, closing(connect(tmp_path / "new.db", write=False)) as new:
        assert public_state(new) == public_state(ledger.connection)


def test_the_codebook_is_never_lost() -> None:
    body = bytearray(worn.sound())
    first = events.canonical(genesis()[0])
    body[body.index(first) + 200] ^= 1
    with worn.worn(bytes(body)) as path:
        assert problems(path)
        done, _ = saved(path)
        assert done.lost == ()
