"""Two people with accounts of their own, who share a folder by their group. Only root can play both.

Run as: python housemates.py FOLDER UMASK. Each step is done in a process with the uid of one of them. What went wrong is
printed on standard error.
"""

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from onrecord.cli.main import run
from onrecord.schema import acts
from onrecord.schema.ledger import Ledger

GROUP, ANA, BOB = 54001, 54002, 54003
"""Numbers that no account has."""
TITLE = "The ferry sailed, said the mayor."


def as_person(uid: int | None, umask: int, home: Path, step: Callable[[], int]) -> int:
    """Do something in a process of a person's own; the answer is its exit code."""
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            os.environ |= {f"XDG_{each}_HOME": str(home / f"{uid}" / each) for each in ("CONFIG", "DATA", "STATE")}
            if uid is not None:
                os.setgroups([GROUP])
                os.setgid(uid)
                os.setuid(uid)
            os.umask(umask)
            code = step()
        except Exception:  # noqa: BLE001 - whatever it is, this process ends here
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def steps(folder: Path) -> list[tuple[int, list[str]]]:
    """What the two do in turn."""
    p, article, kept, other = (str(folder / name) for name in ("p.db", "a.txt", "kept.db", "q.db"))
    jsonl, brat, public = (str(folder / name) for name in ("out.jsonl", "brat", "public.db"))
    return [
        (ANA, ["new", p, article, "--as", "ana"]),
        (BOB, ["mark", p, TITLE, "0:3", "denied", "--as", "bob"]),
        (ANA, ["mark", p, TITLE, "4:9", "sourced", "--as", "ana"]),
        (BOB, ["export", p, jsonl, "--as", "bob"]),
        (ANA, ["export", p, jsonl, "--force", "--as", "ana"]),
        (BOB, ["export", p, public, "--as", "bob"]),
        (BOB, ["export", p, brat, "--format", "brat", "--as", "bob"]),
        (BOB, ["backup", p, kept]),
        (BOB, ["new", other, article, "--as", "bob"]),
        (ANA, ["merge", p, other, "--as", "ana"]),
        (ANA, ["undo", p, "--as", "ana"]),
        (BOB, ["check", p]),
        (ANA, ["restore", p, kept]),
        (BOB, ["mark", p, TITLE, "4:9", "confirmed", "--as", "bob"]),
        (ANA, ["check", p]),
    ]


def side_by_side(path: Path, umask: int, home: Path, first: int, second: int) -> int:
    """One has the project open, so that its journals are there, while the other writes."""
    opened, told = os.pipe()
    over, finish = os.pipe()

    def stay() -> int:
        def wait() -> None:
            os.write(told, b".")
            os.read(over, 1)

        return work(path, first, wait)

    pid = os.fork()
    if pid == 0:
        os._exit(as_person(first, umask, home, stay))
    os.close(told)
    os.read(opened, 1)
    code = as_person(second, umask, home, lambda: work(path, second, lambda: None))
    os.write(finish, b".")
    return code or os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def work(path: Path, uid: int, between: Callable[[], None]) -> int:
    """Write, let something else happen, and write again."""
    with Ledger(path, f"person-{uid}", f"device-{uid}") as ledger:
        with ledger.act() as act:
            acts.state_claim(act, f"{uid} was here first.")
        between()
        with ledger.act() as act:
            acts.state_claim(act, f"{uid} was here last.")
    return 0


def rehearse(folder: Path, home: Path) -> None:
    """Do every step once as oneself: what Python loads when it is first needed may be nobody else's to read."""
    folder.mkdir()
    (folder / "a.txt").write_text(TITLE)
    for _, words in steps(folder):
        if code := run(words):
            sys.exit(f"{code}: {' '.join(words)}")
    work(folder / "p.db", 0, lambda: None)


def main(name: str, umask: str) -> None:
    """Rehearse, then let the two work in FOLDER/shared."""
    folder, mask = Path(name), int(umask, 8)
    home = folder / "homes"
    os.environ |= {f"XDG_{each}_HOME": str(home / "root" / each) for each in ("CONFIG", "DATA", "STATE")}
    rehearse(folder / "rehearsal", home)
    for uid in (ANA, BOB):
        (home / f"{uid}").mkdir()
        os.chown(home / f"{uid}", uid, uid)
    shared = folder / "shared"
    for uid, words in steps(shared):
        code = as_person(uid, mask, home, lambda words=words: run(words))  # type: ignore[misc]
        if code:
            sys.exit(f"{uid} got {code} of: {' '.join(words)}")
    for first, second in ((ANA, BOB), (BOB, ANA)):
        if code := side_by_side(shared / "p.db", mask, home, first, second):
            sys.exit(f"{second} got {code} beside {first}")


if __name__ == "__main__":
    main(*sys.argv[1:])
