"""onrecord's own layers in INCEpTION, both ways.

- `OnrecordMention`: the words of a claim, one annotation a span; `mention` ties the pieces of one mention. `label`,
  `kind`, `claim` and `polarity` are for the eye; the slot feature `attribution` leads to what follows.
- `OnrecordSource` (`name`, `kind`, `identified`, `ground`), `OnrecordCue` and `OnrecordEvidence` (`note`): each says
  to which `label` it belongs, and to which `link` of its chain.
- `OnrecordDocument`, on the first token: what describes the document.

The first piece and `OnrecordDocument` have all of it as JSON in `onrecord`, which is read before anything is guessed; a
span or a label that was changed in INCEpTION wins over it. A mention that INCEpTION's people made in these layers has
no such JSON, and is read from its features and slots.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct, field

from ..schema.errors import BadInput, OnrecordError
from ..schema.text import Span, content_hash
from .annotated import Annotated, Aside, Sheet
from .articles import Refused
from .inception_model import CUE, DOCUMENT, EVIDENCE, MENTION, PARTS, RECORD, SOURCE, Layered, Noted, Slot, short
from .json_files import as_dict, as_list
from .json_text import parse, to_json
from .portable import mention_in, mention_out
from .verified import Verifier

WHOLE = "annotation"
"""The role of the annotation of another layer that a mention was made of."""
_POLARITIES = ("asserts", "negates", "questions")
_IDENTIFIED = ("named", "described", "collective", "bare", "unspecified")


class Page(Struct):
    """What onrecord wrote of a document as a whole; `about` is None where it did not.

    `keeps` says that INCEpTION's tokens belong to what the document keeps. `claimed` are annotations of other layers,
    by identity, for which one of onrecord's mentions stands. `unplaced` are mentions that the file cannot show.
    `aside` are the names of annotations that make no mention, whatever the rules say.
    """

    text: str
    annotator: str = ""
    about: dict[str, Any] | None = None
    keeps: bool = False
    unplaced: list[Any] = field(default_factory=list)
    aside: set[str] = field(default_factory=set)
    claimed: set[int] = field(default_factory=set)


# ---------------------------------------------------------------------- in


def page_of(layered: Layered) -> Page:
    """What onrecord wrote of the document, and the text as it really is."""
    slots = [slot for note in layered.notes if note.layer == MENTION for slot in note.slots.get(PARTS, [])]
    page = Page(layered.text, claimed={id(slot.to) for slot in slots if slot.role == WHOLE})
    for note in layered.notes:
        data = _json_of(note, layered) if note.layer == DOCUMENT else {}
        if isinstance(data.get("about"), dict):
            page.about = data["about"]
            page.annotator = str(data.get("annotator") or "")
            page.keeps = bool(data.get("keeps"))
            page.unplaced = as_list(data.get("mentions"))
            page.aside = {name for name in as_list(data.get("aside")) if isinstance(name, str)}
            page.text = _restored(layered.text, data)
            break
    return page


def _restored(text: str, data: dict[str, Any]) -> str:
    """The text with the code points that the format cannot hold, once it is sure to be the one that was written."""
    letters: dict[int, str] = {}
    for each in as_list(data.get("hidden")):
        at, char = each if isinstance(each, list) and len(each) == 2 else (None, None)
        if isinstance(at, int) and isinstance(char, str) and 0 <= at < len(text) and len(char) == 1:
            letters[at] = char
    pieces, before = [], 0
    for at in sorted(letters):
        pieces += [text[before:at], letters[at]]
        before = at + 1
    whole = "".join([*pieces, text[before:]])
    # INCEpTION ends every text that it reads from a TSV file with one more line feed.
    return next((each for each in (whole, whole.removesuffix("\n")) if _is(each, data.get("sha256"))), text)


def _is(text: str, sha256: object) -> bool:
    try:
        return content_hash(text) == sha256
    except UnicodeEncodeError:
        return False


def _json_of(note: Noted, layered: Layered) -> dict[str, Any]:
    value = note.features.get(RECORD)
    if not isinstance(value, str) or not value:
        return {}
    try:
        return as_dict(parse(value.encode("utf-8", "surrogatepass")))
    except BadInput as error:
        layered.said.append(Aside(note.place, short(note.layer), f"its JSON {error.sentence}; its features are read"))
        return {}


def read_mentions(sheet: Sheet, layered: Layered, page: Page, annotator: str, place: str) -> Iterator[Refused | Aside]:
    """Add the mentions of onrecord's own layers to a sheet, and tell what is wrong with any."""
    before = len(layered.said)
    groups: dict[str, list[Noted]] = {}
    for number, note in enumerate(layered.notes):
        if note.layer == MENTION:
            groups.setdefault(str(note.features.get("mention") or f"#{number}"), []).append(note)
    verifier = Verifier(sheet.text)
    seen: set[str] = set()
    used = {id(slot.to) for notes in groups.values() for note in notes for slot in note.slots.get(PARTS, [])}
    for key, notes in groups.items():
        notes.sort(key=lambda note: (note.start, note.end))
        ours = next((data for note in notes if (data := _json_of(note, layered))), {})
        if str(ours.get("uid")) in seen:
            ours = {}  # somebody copied it in INCEpTION: the copy is a mention of its own
        seen.add(str(ours.get("uid")))
        data = _with_labels(ours, notes) if ours else _by_features(sheet.text, notes)
        signed = {} if data.get("annotator") else {"annotator": annotator}
        try:
            if [[note.start, note.end] for note in notes] != data.get("shown") or not data.get("spans"):
                signed["spans"] = [note.span for note in notes]  # type: ignore[assignment]
            mention_in(sheet, verifier, data, key=f"onrecord {key}", **signed)
        except OnrecordError as error:
            yield Refused(notes[0].place or place, error.sentence)
    for number, data in enumerate(page.unplaced, 1):
        try:
            mention_in(sheet, verifier, data, key=f"unplaced {number}")
        except BadInput as error:
            yield Refused(f"{place}, mention {number} of {short(DOCUMENT)}", error.sentence)
    for note in layered.notes:
        if note.layer in (SOURCE, CUE, EVIDENCE) and id(note) not in used:
            yield Aside(note.place or place, short(note.layer), f"is in no mention's slot `{PARTS}`")
    yield from (each for each in layered.said[before:] if isinstance(each, Aside))


def _labels_of(marks: Iterable[Any]) -> list[str]:
    return [str(as_dict(mark).get("label") or "") for mark in marks]


def _with_labels(data: dict[str, Any], notes: list[Noted]) -> dict[str, Any]:
    """What onrecord wrote, with the labels that the annotation has now."""
    marks = as_list(data.get("marks"))
    now = str(notes[0].features.get("label") or "")
    if now == _joined(_labels_of(marks)):
        return data
    labels = list(dict.fromkeys(label.strip() for label in now.split(",") if label.strip()))
    kept = [mark for mark in marks if str(as_dict(mark).get("label")) in labels]
    return {**data, "marks": kept + [{"label": label} for label in labels if label not in _labels_of(kept)]}


def _by_features(text: str, notes: list[Noted]) -> dict[str, Any]:
    """A mention of what somebody in INCEpTION filled in."""
    said: dict[str, str] = {}
    for note in notes:
        said = {**{name: value for name, value in note.features.items() if isinstance(value, str)}, **said}
    labels = list(dict.fromkeys(label.strip() for label in said.get("label", "").split(",") if label.strip()))
    parts = [slot for note in notes for slot in note.slots.get(PARTS, [])]
    made: dict[str, Any] = {"marks": [{"label": label} for label in labels]}
    if labels:
        made["marks"][0].update(kind=said.get("kind", ""), chain=_chain(text, parts), evidence=_evidence(parts))
    if said.get("claim", "").strip():
        made["claim"] = said["claim"]
    if said.get("polarity") in _POLARITIES:
        made["polarity"] = said["polarity"]
    return made


def _chain(text: str, parts: list[Slot]) -> list[dict[str, Any]]:
    """The links of the sources and cues in a slot: the first cue is the first source's, and so on."""
    sources = [slot.to for slot in parts if slot.to.layer == SOURCE and slot.to.start < slot.to.end]
    cues = [slot.to for slot in parts if slot.to.layer == CUE and slot.to.start < slot.to.end]
    chain: list[dict[str, Any]] = []
    for number in range(max(len(sources), len(cues))):
        link: dict[str, Any] = {}
        if number < len(sources):
            source = sources[number]
            name = str(source.features.get("name") or source.span.cut(text))
            link = {"source": name, "spans": [{"start": source.start, "end": source.end}]}
            if source.features.get("identified") in _IDENTIFIED:
                link["identified"] = source.features["identified"]
        if number < len(cues):
            link["cue"] = [{"start": cues[number].start, "end": cues[number].end}]
        chain.append(link)
    return chain


def _evidence(parts: list[Slot]) -> list[dict[str, Any]]:
    shown = [slot.to for slot in parts if slot.to.layer == EVIDENCE and slot.to.start < slot.to.end]
    return [
        {"spans": [{"start": note.start, "end": note.end}], "note": str(note.features.get("note") or "")}
        for note in shown
    ]


# ---------------------------------------------------------------------- out


def add_mentions(
    layered: Layered,
    item: Annotated,
    uids: Iterable[str],
    was: dict[str, Noted],
    shown: Callable[[Span], Span | None],
) -> list[dict[str, Any]]:
    """Add mentions to a document's layers; the answer is those that the format cannot show at all.

    `was` are the annotations of other layers that mentions were made of; `shown` says what of a span can be shown.
    """
    unplaced = []
    for number, uid in enumerate(uids, 1):
        mention = item.mentions[uid]
        places = [place for each in mention.spans if (place := shown(Span(each.start, each.end)))]
        if not places:
            unplaced.append(mention_out(item, uid, quotes=False))
            continue
        data = mention_out(item, uid, quotes=False)
        data["shown"] = [[place.start, place.end] for place in places]
        if data["shown"] == [[each.start, each.end] for each in mention.spans]:
            del data["spans"]
        pieces = [Noted(MENTION, place.start, place.end, _seen(item, uid, number)) for place in places]
        pieces[0].features[RECORD] = to_json(data)
        parts = _parts(item, uid, shown)
        layered.notes += [*pieces, *(slot.to for slot in parts)]
        if uid in was:
            parts.append(Slot(WHOLE, was[uid]))
        if parts:
            pieces[0].slots[PARTS] = parts
    return unplaced


def _joined(values: Iterable[str]) -> str:
    return _plain(", ".join(dict.fromkeys(value for value in values if value)))


def _plain(words: str) -> str:
    """Words on one line, without what cannot be seen."""
    return " ".join("".join(char if char.isprintable() else " " for char in words).split())


def _seen(item: Annotated, uid: str, number: int) -> dict[str, str | list[str]]:
    """What people in INCEpTION see of a mention."""
    mention, marks = item.mentions[uid], item.marks_of(uid)
    claim = item.claims.get(mention.claim or "")
    return _filled(
        mention=str(number), label=_joined(mark.label for mark in marks), kind=_joined(mark.kind for mark in marks),
        claim=claim.text if claim else "", polarity=mention.polarity,
    )  # fmt: skip


def _filled(**features: str) -> dict[str, str | list[str]]:
    return {name: words for name, value in features.items() if (words := _plain(value))}


def _parts(item: Annotated, uid: str, shown: Callable[[Span], Span | None]) -> list[Slot]:
    """The words of sources, cues and evidence of all marks on a mention."""
    parts = []

    def add(layer: str, anchors: Iterable[Any], **features: str) -> None:
        for anchor in anchors:
            if place := shown(Span(anchor.start, anchor.end)):
                note = Noted(layer, place.start, place.end, _filled(**features))
                parts.append(Slot(layer.removeprefix("webanno.custom.Onrecord").lower(), note))

    for mark in item.marks_of(uid):
        for number, link in enumerate(mark.chain, 1):
            source = item.sources.get(link.source or "")
            who = {"name": source.name, "kind": source.kind} if source else {}
            place = {"label": mark.label, "link": str(number)}
            add(SOURCE, link.spans, identified=link.identified, ground=link.ground, **who, **place)
            add(CUE, link.cue, **place)
        for each in mark.evidence:
            add(EVIDENCE, each.spans, label=mark.label, note=each.note)
    return parts
