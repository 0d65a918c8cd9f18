"""Programs that write to a project, and are killed at it."""

import gzip
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import victims
from onrecord.schema import store
from onrecord.schema.ledger import Ledger
from onrecord.schema.migrations import VERSION
from stage import Command, Scene, openable
from verdict import ONRECORD, assert_sound, events, litter, state, told

OLD = sorted((Path(__file__).parents[1] / "fixtures" / "old").glob("format-*.db.gz"))


class Annotating(Scene):
    """A process that does random acts, and two more that do, one of them on the same device."""

    ends = False

    def set(self) -> None:
        self.path = self.materials.copy(self.materials.demo, self.folder / "p.db")
        self.seed = self.chance.randrange(10**9)

    @property
    def command(self) -> Command:
        return [sys.executable, victims.__file__, "annotate", self.path, "ana", "d1", str(self.seed)]

    @property
    def company(self) -> list[Command]:
        who = [("ana", "d1"), ("bob", "d2")]
        return [[*self.command[:4], *each, str(self.seed + turn)] for turn, each in enumerate(who, 1)]

    def judge(self, out: bytes) -> None:
        assert_sound(self.path, told(out) | told(self.heard) | events(self.materials.demo))

    def again(self) -> None:
        with Ledger(self.path, "ana", "d1") as ledger:
            victims.Worker(ledger, self.chance).work()


class Importing(Scene):
    """`onrecord import` of files that are one act each."""

    def set(self) -> None:
        self.path = self.folder / "p.db"
        Ledger.create(self.path, "ana", "d1").close()
        self.files = self.chance.choice([self.materials.files[:3], self.materials.files[3:]])

    @property
    def command(self) -> Command:
        return [ONRECORD, "import", self.path, *self.files, "--as", "ana"]

    def held(self) -> dict[str, tuple[int, int]]:
        """How many mentions and marks each document has."""
        with closing(store.connect(self.path, write=False)) as connection:
            rows = connection.execute(
                """SELECT sha256, count(DISTINCT mentions.id), count(marks.id) FROM documents
                LEFT JOIN mentions ON document_id = documents.id LEFT JOIN marks ON mention_id = mentions.id
                GROUP BY sha256"""
            )
            return {sha256: (mentions, marks) for sha256, mentions, marks in rows}

    def judge(self, out: bytes) -> None:
        assert_sound(self.path)
        held = self.held()
        for file in self.files:
            records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
            want = {
                each["sha256"]: (len(each["mentions"]), sum(len(mention["marks"]) for mention in each["mentions"]))
                for each in records
            }
            have = {sha256: held[sha256] for sha256 in want.keys() & held.keys()}
            assert have in ({}, want), f"{file.name} is there in part"
        assert b"imported" not in out or len(held) == 9

    def again(self) -> None:
        super().again()
        self.judge(b"imported")


class Adding(Scene):
    """`onrecord add` of many articles, told one by one when their batch is on disk."""

    def set(self) -> None:
        self.path = self.folder / "p.db"
        Ledger.create(self.path, "ana", "d1").close()

    @property
    def command(self) -> Command:
        return [ONRECORD, "add", self.path, self.materials.articles, "--as", "ana", "--json"]

    def judge(self, out: bytes) -> None:
        assert_sound(self.path)
        with closing(store.connect(self.path, write=False)) as connection:
            there = {sha256 for (sha256,) in connection.execute("SELECT sha256 FROM documents")}
        assert told(out) <= there

    def again(self) -> None:
        super().again()
        with closing(store.connect(self.path, write=False)) as connection:
            assert connection.execute("SELECT count(*) FROM documents").fetchone() == (1200,)


class Merging(Scene):
    """`onrecord merge` of a copy that went on elsewhere."""

    def set(self) -> None:
        self.path = self.materials.copy(self.materials.demo, self.folder / "p.db")
        self.other = self.materials.copy(self.materials.other, self.folder / "other.db")
        with Ledger(self.path, "ana", "here") as ledger:
            worker = victims.Worker(ledger, self.chance)
            for _ in range(5):
                worker.work()
        self.mine, self.theirs = events(self.path), events(self.other)

    @property
    def command(self) -> Command:
        return [ONRECORD, "merge", self.path, self.other, "--as", "ana"]

    def judge(self, out: bytes) -> None:
        have = assert_sound(self.path, self.mine)
        assert have in (self.mine, self.mine | self.theirs), "a merge is there in part"
        assert have != self.mine or b"new events" not in out
        assert events(self.other) == self.theirs

    def again(self) -> None:
        super().again()
        assert_sound(self.path, self.mine | self.theirs)


class Migrating(Scene):
    """The first writing to a project that an older release made."""

    def set(self) -> None:
        self.path = self.folder / "p.db"
        self.path.write_bytes(gzip.decompress(self.chance.choice(OLD).read_bytes()))
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro&immutable=1", uri=True)) as connection:
            self.before = {hash_ for (hash_,) in connection.execute("SELECT hash FROM events")}

    @property
    def command(self) -> Command:
        return [ONRECORD, "check", self.path, "--rebuild"]

    def judge(self, out: bytes) -> None:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        assert 1 <= version <= VERSION
        openable(self.path)
        assert_sound(self.path, self.before)


class Rebuilding(Scene):
    """`onrecord check --rebuild` of a project whose tables no longer say what the log says."""

    def set(self) -> None:
        self.path = self.materials.copy(self.materials.other, self.folder / "p.db")
        self.want = state(self.path)
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute("DELETE FROM spans WHERE id % 3 = 0")
            connection.execute("UPDATE marks SET note = 'not what the log says' WHERE id % 5 = 0")
            connection.commit()

    @property
    def command(self) -> Command:
        return [ONRECORD, "check", self.path, "--rebuild"]

    def judge(self, out: bytes) -> None:
        assert b"sound" not in out or state(self.path) == self.want
        assert events(self.path) == {row[0] for row in self.want["events"]}

    def finish(self, out: bytes, *, killed: bool) -> None:
        self.judge(out)
        if killed:
            self.again()
        assert state(self.path) == self.want
        assert litter(self.folder) == []
