"""Replay the annotation of the worked example by real keys in a pseudo-terminal, count them, compare with the gold.

    python docs/keystrokes.py            replay, print the counts
    python docs/keystrokes.py --write    and write them into docs/keystrokes.md

The example (an article and its gold annotation) is outside data: ONRECORD_DATA names the folder that holds `seed/`.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "support")]

from annotator import Annotator  # noqa: E402 - found by the line above
from onrecord.schema.text import Span  # noqa: E402

ONRECORD = Path(sys.executable).with_name("onrecord")
WAYS: dict[str, tuple[str, ...]] = {"O1": (), "O3": ("G",), "O2": ("shift+tab",)} | dict.fromkeys(
    ("O5", "O6", "O7", "O8", "O9", "O4"), ()
)
"""The order of work, and the keys that lead to each mention. The third comes before the second, whose newspaper and
commander only the third names."""

Gold = dict[str, Any]


def occurrences(gold: Gold) -> dict[str, Gold]:
    """The gold mentions by their id."""
    return {each["id"]: each for each in gold["occurrences"]}


def content(occurrence: Gold) -> Span:
    """The words of a gold mention; each has one piece."""
    (piece,) = occurrence["content"]
    return Span(piece["start"], piece["end"])


def settings(folder: Path, *, suggestions: bool) -> dict[str, str]:
    """An environment in which the app has settings of its own: the suggestions on or off."""
    file = folder / "onrecord" / "settings.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"suggestions = {str(suggestions).lower()}\n", "utf-8")
    return {"XDG_CONFIG_HOME": str(folder), "XDG_STATE_HOME": str(folder / "state")}


def replay(project: Path, text: str, gold: Gold, *, columns: int = 120, rows: int = 40) -> list[tuple[str, int, int]]:
    """Annotate everything without suggestions; the answer: each mention's id, the keys to its labels, and its chain."""
    command: list[str | Path] = [ONRECORD, project, "--as", "ana"]
    env = settings(project.with_name("without"), suggestions=False)
    person = Annotator.sit_down(command, text, columns=columns, rows=rows, env=env)
    counts = []
    with person.terminal as terminal:
        for id_, way in WAYS.items():
            occurrence = occurrences(gold)[id_]
            before = terminal.keys
            person.show(content(occurrence), way)
            person.pick(content(occurrence))
            origin = next(label for label in occurrence["gold"] if label in ("sourced", "anonymous"))
            responses = [label for label in occurrence["gold"] if label != origin]
            terminal.press(*(label[0] for label in responses), origin[0])
            person.saved()
            labelled = terminal.keys - before
            person.who([partial(_press, person, link) for link in occurrence["chain"]])
            counts.append((id_, labelled, terminal.keys - before))
        terminal.press("q", "q")
        terminal.finish()
    return counts


def _press(person: Annotator, link: Gold) -> int | str:
    """What to press for a link: the letters over its words, `0` for nobody named, else the digit of a known one."""
    if link["source_span"]:
        return int(link["source_span"][0]["start"])
    if link["source"] is None:
        return "0"
    words = {"senior Taliban commander": "unnamed senior", "Taliban": "Taliban"}[link["source"]]
    return person.digit_of(words)


def differences(project: Path, gold: Gold) -> list[str]:
    """Where the project says something else than the gold: spans, labels, chains and who is the same source."""
    connection = sqlite3.connect(f"file:{project}?mode=ro", uri=True)
    found: list[str] = []
    people: dict[str, set[int]] = {}
    for id_, occurrence in occurrences(gold).items():
        span = content(occurrence)
        row = connection.execute(
            'SELECT id FROM mentions WHERE start = ? AND "end" = ? AND quote IS NOT NULL', (span.start, span.end)
        ).fetchone()
        if row is None:
            found.append(f"{id_}: no mention at {span.start}:{span.end}")
            continue
        labels = {label for (label,) in connection.execute("SELECT label FROM marks WHERE mention_id = ?", row)}
        if labels != set(occurrence["gold"]):
            found.append(f"{id_}: labels {sorted(labels)} are not {sorted(occurrence['gold'])}")
        chain = connection.execute(
            """SELECT attributions.id, source_id, identified, relay FROM attributions JOIN marks ON marks.id = mark_id
            WHERE mention_id = ? AND label IN ('sourced', 'anonymous') ORDER BY attributions.position""",
            row,
        ).fetchall()
        if len(chain) != len(occurrence["chain"]):
            found.append(f"{id_}: a chain of {len(chain)} links, not {len(occurrence['chain'])}")
        for link, (attribution, source, identified, relay) in zip(occurrence["chain"], chain, strict=False):
            found += _differences_of_link(connection, id_, link, attribution, identified, relay)
            if link["source"] and source:
                people.setdefault(link["source"], set()).add(source)
    found += [f"{name} is {len(ids)} sources" for name, ids in people.items() if len(ids) > 1]
    distinct = {source for ids in people.values() for source in ids}
    if len(distinct) != len(people):
        found.append("two sources of the gold are one in the project")
    connection.close()
    return found


_IDENTIFIED = {"named": "named", "unnamed_described": "described", "unspecified": "unspecified"}
_SLIP = ("O3", 353)
"""The gold's cue of the third mention's first link lies in another paragraph than the words that it cues."""


def _differences_of_link(
    connection: sqlite3.Connection, id_: str, link: Gold, attribution: int, identified: str, relay: int
) -> list[str]:
    found = []
    for role, key in (("source", "source_span"), ("cue", "cue")):
        wanted = [(piece["start"], piece["end"]) for piece in link.get(key, [])]
        if role == "cue" and wanted and (id_, wanted[0][0]) == _SLIP:
            continue
        there = connection.execute(
            'SELECT start, "end" FROM spans WHERE attribution_id = ? AND role = ? ORDER BY position',
            (attribution, role),
        ).fetchall()
        if there != wanted:
            found.append(f"{id_}: {role} of {link['source']} at {there}, not {wanted}")
    wanted_kind = _IDENTIFIED[link["ident"].split(" ")[0]]
    if identified != wanted_kind:
        found.append(f"{id_}: {link['source']} is {identified}, not {wanted_kind}")
    if bool(relay) != link.get("relay", False):
        found.append(f"{id_}: {link['source']} is {'a' if relay else 'no'} relay")
    return found


def main(write: bool) -> int:
    """Replay in a temporary project, print and perhaps write the counts; 1 where something differs from the gold."""
    data = Path(os.environ.get("ONRECORD_DATA", ROOT.parent / "shared" / "data")) / "seed"
    if not data.is_dir():
        print(f"no outside data at {data}; set ONRECORD_DATA")
        return 1
    article = next(data.glob("*.txt"))
    gold = json.loads((data / "gold.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "seed.db"
        subprocess.run([ONRECORD, "new", project, article, "--as", "ana"], check=True)
        counts = replay(project, article.read_text("utf-8"), gold)
        wrong = differences(project, gold)
    table = "\n".join(f"| {id_} | {labels} | {chain} |" for id_, labels, chain in counts)
    print(table, *wrong, sep="\n")
    if write and not wrong:
        page = ROOT / "docs" / "keystrokes.md"
        head, _, rest = page.read_text("utf-8").partition("| mention |")
        _, heading, rest = rest.partition("\n## ")
        table = f"| mention | keys to its labels | with its chain |\n|---|---|---|\n{table}\n"
        page.write_text(f"{head}{table}{heading}{rest}", "utf-8")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main("--write" in sys.argv))
