"""Programs that make files, and are killed at it."""

import sys
from pathlib import Path

import victims
from onrecord.exchange.formats import formats
from onrecord.schema.errors import OnrecordError
from stage import Command, Scene, openable
from verdict import ONRECORD, assert_sound, digest, events, here, litter, projects, told


def again(command: Command, target: Path) -> None:
    """Run a program again; what it made before it was killed is there already, and is moved out of its way."""
    done = here(*command[1:])
    if done.code:
        assert "exists already" in done.err or "not an empty folder" in done.err, done
        kept = target.with_name(f"{target.name}.before")
        target.rename(kept)
        assert here(*command[1:]).code == 0
        assert [*digest(kept)] == [*digest(target)]


class Exporting(Scene):
    """`onrecord export` in every format that goes out, to a new name or over an older file."""

    def set(self) -> None:
        self.path = self.materials.copy(self.materials.demo, self.folder / "p.db")
        self.format = self.chance.choice(sorted(form.name for form in formats().values() if form.write))
        self.out = self.folder / "out"
        self.force = not formats()[self.format].folder and self.chance.random() < 0.5
        if self.force:
            self.out.write_text("what was there before")
        self.before = digest(self.out) if self.force else None

    @property
    def variant(self) -> str:
        return self.format

    @property
    def command(self) -> Command:
        forced = ["--force"] if self.force else []
        return [ONRECORD, "export", self.path, self.out, "--format", self.format, *forced]

    def judge(self, out: bytes) -> None:
        want, same = self.materials.export(self.format)
        have = digest(self.out) if self.out.exists() else None
        whole = have == want if same else have is not None and have.keys() == want.keys() and have != self.before
        assert whole or have == self.before, f"{self.format}: half written"
        assert whole or not out.endswith(b"\n"), f"{self.format}: told done, and is not there"

    def again(self) -> None:
        again(self.command, self.out)
        self.judge(b"\n")


class BackingUp(Scene):
    """`onrecord backup`, while others write to the project."""

    @property
    def name(self) -> str:
        return "backing up"

    def set(self) -> None:
        self.path = self.materials.copy(self.materials.other, self.folder / "p.db")
        self.target = self.folder / "backup.db"
        self.before = events(self.path)

    @property
    def command(self) -> Command:
        return [ONRECORD, "backup", self.path, self.target]

    @property
    def company(self) -> list[Command]:
        return [[sys.executable, victims.__file__, "annotate", self.path, "bob", "d2", str(self.chance.random())]]

    def judge(self, out: bytes) -> None:
        assert_sound(self.path, self.before | told(self.heard))
        if self.target.exists():
            assert_sound(self.target, self.before)
        else:
            assert not out.endswith(b"\n"), "told done, and is not there"

    def again(self) -> None:
        again(self.command, self.target)
        self.judge(b"\n")


class Restoring(Scene):
    """`onrecord restore` of an older copy over a project in which work was done since."""

    def set(self) -> None:
        self.path = self.materials.copy(self.materials.other, self.folder / "p.db")
        self.backup = self.materials.copy(self.materials.demo, self.folder / "backup.db")
        self.now, self.then = events(self.path), events(self.backup)

    @property
    def command(self) -> Command:
        return [ONRECORD, "restore", self.path, self.backup]

    def judge(self, out: bytes) -> None:
        assert self.path.exists(), "no project under its name"
        have = assert_sound(self.path)
        assert have in (self.now, self.then), "a mixture of both"
        assert have == self.then or not out.endswith(b"\n")
        kept = [events(path) for path in projects(self.folder) if path not in (self.path, self.backup)]
        assert have == self.now or self.now in kept, "what the restore took away is LOST"
        assert events(self.backup) == self.then

    def again(self) -> None:
        super().again()
        self.judge(b"\n")


class Salvaging(Scene):
    """`onrecord check --salvage`: what it reads from is never touched."""

    def set(self) -> None:
        self.path = self.materials.copy(self.materials.other, self.folder / "p.db")
        self.new = self.folder / "new.db"
        self.before = events(self.path)

    @property
    def command(self) -> Command:
        return [ONRECORD, "check", self.path, "--salvage", self.new]

    def judge(self, out: bytes) -> None:
        assert_sound(self.path, self.before)
        if self.new.exists():
            assert_sound(self.new, self.before)

    def again(self) -> None:
        again(self.command, self.new)
        assert_sound(self.new, self.before)


class Making(Scene):
    """`onrecord new` with an article, or a copy of the sample project."""

    def set(self) -> None:
        self.path = self.folder / "p.db"
        self.article = self.folder / "a.txt"
        self.article.write_text(victims.TEXT)
        self.demo = self.chance.random() < 0.5

    @property
    def variant(self) -> str:
        return "demo" if self.demo else "new"

    @property
    def command(self) -> Command:
        if self.demo:
            return [ONRECORD, "demo", "--copy", self.path]
        return [ONRECORD, "new", self.path, self.article, "--as", "ana"]

    def judge(self, out: bytes) -> None:
        if self.path.exists():
            openable(self.path)
            assert_sound(self.path, told(out))
            assert not self.demo or events(self.path) == events(self.materials.demo)
        else:
            assert not out.endswith(b"\n")

    def again(self) -> None:
        if not self.path.exists():
            super().again()
        else:
            assert here("add", self.path, self.article, "--as", "ana").code == 0
        assert_sound(self.path)


class Settings(Scene):
    """A person's settings, kept again and again."""

    ends = False

    def set(self) -> None:
        from onrecord.tui import settings

        settings.settings_file().unlink(missing_ok=True)
        self.seed = self.chance.randrange(10**9)

    @property
    def command(self) -> Command:
        return [sys.executable, victims.__file__, "settings", str(self.seed)]

    @property
    def under(self) -> Path:
        from onrecord.tui import settings

        return settings.settings_file().parent

    def judge(self, out: bytes) -> None:
        from onrecord.tui import settings

        said = out.rpartition(b"\n")[0].split(b"\n")
        try:
            name = settings.load().name
        except OnrecordError as error:
            raise AssertionError(f"half written: {error}") from error
        turn = int(name.split()[1]) if name else -1
        assert turn >= len([line for line in said if line]) - 1, "a setting that was kept is gone"

    def again(self) -> None:
        from onrecord.tui import settings

        settings.save(name="ana")
        assert litter(settings.settings_file().parent) == []
