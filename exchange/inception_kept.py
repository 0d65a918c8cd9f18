"""What came from INCEpTION and was kept in `extra`, made into layers again.

It may have passed through other hands since, so whatever is not of the form in which it was kept is passed over.
"""

from collections.abc import Iterable
from typing import Any

from .annotated import Annotated, of_extra
from .inception_model import (
    KEPT,
    OURS,
    Chain,
    Layered,
    Noted,
    Slot,
    Tie,
    is_feature,
    is_layer,
    is_structure,
)  # fmt: skip
from .inception_tokens import Bounds
from .json_files import as_dict, as_list


def tokens_kept(item: Annotated) -> tuple[Bounds, list[int]] | None:
    """The tokens and the sentences' beginnings that a document came with, if they are whole."""
    kept = as_dict(of_extra(item.document.extra, KEPT))
    try:
        bounds = [(int(start), int(end)) for start, end in (pair.split("-") for pair in str(kept["tokens"]).split())]
        starts = [int(start) for start in str(kept["sentences"]).split()]
    except (KeyError, ValueError):
        return None
    after = 0
    for start, end in bounds:
        if not after <= start < end <= len(item.text):
            return None
        after = end
    return (bounds, starts) if bounds else None


def add_kept(layered: Layered, item: Annotated, annotator: str, uids: Iterable[str]) -> dict[str, Noted]:
    """Add the layers that an annotator's file came with; the answer says which annotation each mention was."""
    kept = _Kept(layered, item, annotator)
    for uid in uids:
        spans = item.mentions[uid].spans
        kept.note(of_extra(item.mentions[uid].extra, KEPT), uid, spans[0].start, spans[0].end)
    kept.finish()
    return kept.was


class _Kept:
    def __init__(self, layered: Layered, item: Annotated, annotator: str) -> None:
        self._layered = layered
        self.was: dict[str, Noted] = {}
        self._by_name = dict(layered.named())
        self._about: list[tuple[Noted, dict[str, Any]]] = []
        self._order: dict[int, int] = {}
        by = as_dict(as_dict(of_extra(item.document.extra, KEPT)).get("by"))
        self._rest = as_dict(by.get(annotator))
        for about in as_list(self._rest.get("annotations")):
            self.note(about, "", None, None)

    def note(self, about: object, uid: str, start: int | None, end: int | None) -> None:
        """Add the annotation that was kept; without offsets it is where its name says."""
        name = str(as_dict(about).get("id") or "")
        try:
            layer, place, number = name.split(" ")
            at, until = (int(offset) for offset in place.split("-"))
            order = int(number)
        except ValueError:
            return
        start, end = (at, until) if start is None or end is None else (start, end)
        if layer in OURS or not is_layer(layer) or not 0 <= start <= end <= len(self._layered.text):
            return
        note = Noted(layer, start, end, _features(as_dict(about).get("features")))
        self._by_name[name] = note
        self._about.append((note, as_dict(about)))
        self._order[id(note)] = order
        if uid:
            self.was[uid] = note

    def finish(self) -> None:
        """Tie the annotations together, and put all into the document in an order that gives them their old names."""
        layers = {note.layer for note, _ in self._about}
        for note, about in self._about:
            self._slots(note, about)
            for tie in as_list(about.get("relations")):
                self._tie(tie, note, layers)
        for tie in as_list(self._rest.get("relations")):
            self._tie(tie, self._by_name.get(str(as_dict(tie).get("to"))), layers)
        notes = [note for note, _ in self._about]
        self._layered.notes = sorted(notes, key=lambda each: (each.start, each.end, each.layer, self._order[id(each)]))
        layers |= {tie.layer for tie in self._layered.ties}
        for chain in as_list(self._rest.get("chains")):
            self._chain(as_dict(chain), layers)

    def _slots(self, note: Noted, about: dict[str, Any]) -> None:
        for feature, slots in as_dict(about.get("slots")).items():
            if not is_feature(feature) or feature in note.features:
                continue
            for slot in map(as_dict, as_list(slots)):
                target, role = self._by_name.get(str(slot.get("to"))), slot.get("role")
                if target and (role is None or isinstance(role, str)):
                    features = _features(slot.get("more"))
                    more = {name: value for name, value in features.items() if isinstance(value, str)}
                    note.slots.setdefault(feature, []).append(Slot(role, target, more))

    def _tie(self, given: object, target: Noted | None, layers: set[str]) -> None:
        tie = as_dict(given)
        layer, source = str(tie.get("layer")), self._by_name.get(str(tie.get("from")))
        if source and target and is_layer(layer) and layer not in layers | OURS and not is_structure(layer):
            self._layered.ties.append(Tie(layer, source, target, _features(tie.get("features"))))

    def _chain(self, given: dict[str, Any], layers: set[str]) -> None:
        layer = str(given.get("layer"))
        if not is_layer(layer) or not layer.endswith("Link") or layer in layers | OURS:
            return
        links = []
        for each in as_list(given.get("links")):
            start, end, features = each if isinstance(each, list) and len(each) == 3 else (0, -1, {})
            if isinstance(start, int) and isinstance(end, int) and 0 <= start <= end <= len(self._layered.text):
                links.append(Noted(layer, start, end, _features(features)))
        if links:
            self._layered.chains.append(Chain(layer, links))


def _features(given: object) -> dict[str, str | list[str]]:
    return {name: value for name, value in as_dict(given).items() if is_feature(name) and _is_value(value)}


def _is_value(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value))
