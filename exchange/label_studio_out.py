"""Tasks for Label Studio, written, with the labelling interface that shows them."""

import json
import re
import sqlite3
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from msgspec import Struct, field

from ..schema.units import Units
from .annotated import Annotated, foreign_label, of_extra
from .formats import Outgoing
from .held import documents_held
from .json_files import as_dict, as_list
from .json_text import to_json
from .label_studio_in import BARE, KEPT, NEXT, OURS
from .portable import about_out, mention_out

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GREY = "#9a9a9a"
_DESCRIBING = ("title", "outlet", "author", "url", "published_at", "language")


def write(connection: sqlite3.Connection, out: Path, _: Outgoing) -> int:
    """Fill a folder with `tasks.json` and `config.xml`; the answer is how many documents there were."""
    config = _Config(connection)
    number = 0
    with (out / "tasks.json").open("w", encoding="utf-8", newline="") as file:
        for item in documents_held(connection):
            file.write((",\n" if number else "[\n") + to_json(_Task(item, config).made()))
            number += 1
        file.write("\n]\n" if number else "[]\n")
    config.write(out / "config.xml")
    return number


class _Config:
    """Gathers the names that tasks use, and writes the interface that has them all."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        names = [name for (name,) in connection.execute("SELECT name FROM annotators")]
        taken = {int(name) for name in names if name.isascii() and name.isdigit()}
        free = iter(sorted(set(range(1, len(names) + len(taken) + 2)) - taken))
        others = sorted(name for name in names if not (name.isascii() and name.isdigit()))
        self.numbers = {name: int(name) for name in names if name not in others}
        self.numbers |= {name: next(free) for name in others if name != "onrecord"}
        rows = connection.execute("SELECT label, colour, key FROM labels ORDER BY position, label").fetchall()
        self._looks = {label: (colour, key) for label, colour, key in rows}
        self.key = _text_key(connection)
        self.controls: dict[tuple[str, str], dict[str, str]] = {("label", "text"): {row[0]: row[0] for row in rows}}

    def use(self, control: tuple[str, str], names: dict[str, str]) -> None:
        """A region of a text has these labels of a control, each ours by theirs."""
        self.controls.setdefault(control, {}).update(names)

    def write(self, out: Path) -> None:
        """Write the interface as XML."""
        view = Element("View")
        SubElement(view, "Style").text = ".htx-text { white-space: pre-wrap; }"
        relations = SubElement(view, "Relations")
        SubElement(relations, "Relation", value=NEXT)
        texts = sorted({text for _, text in self.controls})
        used: set[str] = set()
        for (name, text), labels in self.controls.items():
            made = SubElement(view, "Labels", name=_xml(name), toName=_xml(text), choice="multiple", showInline="true")
            for theirs, ours in {BARE: "", **labels}.items():
                colour, key = self._looks.get(ours, (_GREY, ""))
                about = {"value": _xml(theirs), "background": colour}
                if key and key not in used:
                    used.add(key)
                    about["hotkey"] = key
                SubElement(made, "Label", about)
        for text in texts:
            SubElement(view, "Text", name=_xml(text), value=f"${_xml(self.key)}", granularity="symbol")
        for name, hint in (("claim", "The claim in plain words"), ("who", "LABEL: who says so")):
            for text in texts[:1]:
                about = {"name": name, "toName": _xml(text), "perRegion": "true", "editable": "true"}
                SubElement(view, "TextArea", {**about, "placeholder": hint, "displayMode": "region-list"})
        indent(view)
        ElementTree(view).write(out, encoding="utf-8", xml_declaration=False)


def _text_key(connection: sqlite3.Connection) -> str:
    """The key of `data` that holds the text: that of the files the tasks came from, if they agree."""
    keys = set()
    for (extra,) in connection.execute("SELECT extra FROM documents WHERE extra <> ''"):
        keys.add(as_dict(of_extra(extra, KEPT)).get("key"))
    keys -= {None}
    key = keys.pop() if len(keys) == 1 else "text"
    return key if isinstance(key, str) and key and key != OURS else "text"


class _Annotation(Struct):
    """An annotation while it is written."""

    annotator: str
    about: dict[str, Any]
    rest: list[Any] = field(default_factory=list)
    result: list[dict[str, Any]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)


class _Task:
    """Writes one document as one task."""

    def __init__(self, item: Annotated, config: _Config) -> None:
        self._item, self._config, self._units = item, config, Units(item.text)
        self._kept = as_dict(of_extra(item.document.extra, KEPT))
        self._groups = {group: self._of_file(group) for group in ("annotations", "predictions")}

    def made(self) -> dict[str, Any]:
        """The task as plain JSON."""
        item, kept = self._item, self._kept
        for uid in item.mentions:
            self._mention(uid)
        for uid in item.submissions:
            self._own(uid.split("/", 1)[0])
        # A task of Label Studio's own has the columns that it had there.
        columns = () if "key" in kept else _DESCRIBING
        document = {key: getattr(item.document, key) for key in columns if getattr(item.document, key)}
        ours = {"document": about_out(item), "annotators": item.annotators()}
        data = {**document, **as_dict(kept.get("data")), OURS: ours, self._config.key: item.text}
        groups = {group: [self._annotation(each) for each in some.values()] for group, some in self._groups.items()}
        return {**as_dict(kept.get("task")), "data": data, **groups}

    def _of_file(self, group: str) -> dict[str, _Annotation]:
        """The annotations that the task had in the file that it came from, in their order, without their regions."""
        made = {}
        kept = [(key, as_dict(each)) for key, each in as_dict(self._kept.get(group)).items()]
        for key, each in sorted(kept, key=lambda pair: (str(pair[1].get("at")).zfill(9), pair[0])):
            about = {name: value for name, value in each.items() if name not in ("at", "annotator", "rest")}
            made[key] = _Annotation(str(each.get("annotator") or ""), about, as_list(each.get("rest")))
        return made

    def _own(self, annotator: str) -> _Annotation:
        """The annotation that an annotator's further work goes to: the first that is theirs, else a new one."""
        own = self._groups["annotations"]
        found = next((each for each in own.values() if each.annotator == annotator), None)
        if found is None:
            found = own[f"@{annotator}"] = _Annotation(annotator, {})
        return found

    def _annotation(self, made: _Annotation) -> dict[str, Any]:
        item, name = self._item, made.annotator
        about = dict(made.about)
        if made not in self._groups["predictions"].values():
            times = [time for uid, time in item.recorded_at.items() if uid.startswith(f"{name}/")]
            submission = item.submissions.get(f"{name}/{item.sha256}")
            about.setdefault("completed_by", self._config.numbers.get(name, 0))
            about.setdefault("was_cancelled", bool(submission and submission.state == "skipped"))
            about.setdefault("ground_truth", False)
            if times and not made.about:
                about.setdefault("created_at", min(times))
        else:
            about.setdefault("model_version", name)
        return {**about, OURS: {"annotator": name}, "result": made.result + made.rest}

    def _mention(self, uid: str) -> None:
        item, mention = self._item, self._item.mentions[uid]
        annotator, _, own = uid.partition("/")
        kept = as_dict(of_extra(mention.extra, KEPT))
        key = str(kept.get("annotation"))
        into = self._groups["annotations"].get(key) or self._groups["predictions"].get(key)
        if into is None and key.startswith("p"):
            into = self._groups["predictions"][key] = _Annotation(annotator, {})
        into = into if into and into.annotator == annotator else self._own(annotator)
        region = {"from_name": "label", "to_name": "text", "type": "labels"}
        region |= as_dict(kept.get("region")) or {"origin": "manual"}
        first = _free(str(region.get("id") or own), into.ids)
        for number, piece in enumerate(mention.spans):
            start, end = self._units.to_utf16(piece.start), self._units.to_utf16(piece.end)
            where = {"start": start, "end": end, "text": piece.quote}
            here = first if number == 0 else _free(f"{first}-{number + 1}", into.ids)
            side = {"head": uid, "mention": _side(item, uid)} if number == 0 else {"piece": uid}
            into.result += self._items(uid, {**region, "id": here}, where, side, kept)
            if number:
                tie = {"type": "relation", "from_id": first, "to_id": here, "direction": "right", "labels": [NEXT]}
                into.result.append(tie)
            else:
                into.result += self._said(uid, {"id": here, "to_name": region["to_name"]}, where)
        into.result += as_list(kept.get("more"))

    def _items(
        self, uid: str, region: dict[str, Any], where: dict[str, Any], side: dict[str, Any], kept: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """A region's labels, an item a control."""
        item = self._item
        labels = {foreign_label(mark): mark.label for mark in item.marks_of(uid)}
        controls = as_dict(kept.get("controls"))
        note = item.mentions[uid].note
        meta = {**as_dict(kept.get("meta")), **({"text": note.split("\n")} if note and "head" in side else {})}
        found: dict[str, dict[str, str]] = {str(region["from_name"]): {}}
        for theirs, ours in labels.items():
            found.setdefault(str(controls.get(theirs, region["from_name"])), {})[theirs] = ours
        made = []
        for number, (control, names) in enumerate(found.items()):
            self._config.use((control, str(region["to_name"])), names)
            kind = str(region["type"])
            value = {**as_dict(kept.get("value")), **where, kind: list(names) or [BARE]}
            about = {**region, "from_name": control, "value": value}
            made.append(about if number else {**about, "meta": {**meta, OURS: side}})
        return made

    def _said(self, uid: str, region: dict[str, Any], where: dict[str, Any]) -> list[dict[str, Any]]:
        """The claim and who stands behind each mark, as text areas on a region."""
        item = self._item
        claim = item.claims.get(item.mentions[uid].claim or "")
        who = [
            f"{foreign_label(mark)}: {item.sources[mark.chain[-1].source or ''].name}"
            for mark in item.marks_of(uid)
            if mark.chain and mark.chain[-1].source in item.sources
        ]
        return [
            {**region, "from_name": name, "type": "textarea", "origin": "manual", "value": {**where, "text": lines}}
            for name, lines in (("claim", [claim.text] if claim else []), ("who", who))
            if lines
        ]


def _side(item: Annotated, uid: str) -> dict[str, Any]:
    """What only onrecord knows of a mention; its first region carries it, its spans are those of the regions."""
    return {**mention_out(item, uid), "spans": []}


def _free(wanted: str, taken: set[str]) -> str:
    """An id that no other region of the annotation has."""
    number, name = 1, wanted
    while name in taken:
        number += 1
        name = f"{wanted}.{number}"
    taken.add(name)
    return name


def _xml(text: str) -> str:
    """A name without what XML cannot hold."""
    return _FORBIDDEN.sub("�", json.loads(json.dumps(text)))
