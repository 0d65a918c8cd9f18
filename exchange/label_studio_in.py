"""Tasks of Label Studio, read: a task is a document, a region with labels a mention, its `annotations` the annotators.

What Label Studio keeps and onrecord has no place for goes into `extra` under `labelstudio`: of the task and its
annotations at the document, of a region at its mention.
"""

from collections.abc import Generator, Iterator
from functools import cached_property
from typing import Any

from msgspec import Struct, field, structs

from ..schema.errors import BadInput, OnrecordError
from ..schema.events import Document, Link, State
from ..schema.text import Span, check_storable
from .annotated import Annotated, Aside, Sheet, with_extra
from .articles import KEYS, Article, Note, Refused, described
from .formats import Incoming, Record
from .json_files import as_dict, as_list, check_whole_characters, fit_name, shown
from .portable import mention_in, sheet_in
from .returned import Quoted, stands, with_claim, with_labels, with_origins
from .verified import Misplaced, Unit, Verifier

KEPT = "labelstudio"
"""The key of `extra` under which Label Studio's own things are."""
OURS = "onrecord"
"""The key under which onrecord's things are in Label Studio's `data` and `meta`."""
BARE = "mention"
"""The label of a mention without a mark: Label Studio shows no region that has none."""
NEXT = "continues"
"""The relation from a mention's first piece to its others."""
_REGIONS = ("labels", "hypertextlabels")
_ENOUGH = 50
"""So many of a task's quotes tell which of its texts they are from."""


class Region(Struct, dict=True):
    """All items of a result that have one id: the labels of a region and what is said of it."""

    place: str
    id: str
    items: list[dict[str, Any]] = field(default_factory=list)

    @cached_property
    def labelled(self) -> list[dict[str, Any]]:
        """The items that label words."""
        return [item for item in self.items if item.get("type") in _REGIONS]

    @cached_property
    def value(self) -> dict[str, Any]:
        """Where the region is."""
        return as_dict(self.labelled[0].get("value")) if self.labelled else {}

    @cached_property
    def ours(self) -> dict[str, Any]:
        """What onrecord wrote with the region."""
        return as_dict(as_dict(self.labelled[0].get("meta")).get(OURS)) if self.labelled else {}

    def by_path(self) -> bool:
        """Whether it stands in a page that a browser made of the text, at paths and not at offsets."""
        return isinstance(_number(self.value.get("start")), str)

    @cached_property
    def head(self) -> str:
        """The uid of the mention that onrecord wrote with this region."""
        return str(self.ours.get("head") or "")

    @cached_property
    def piece(self) -> str:
        """The uid of the mention of which this region is a further piece."""
        return str(self.ours.get("piece") or "")

    def quoted(self) -> Quoted:
        """The region's offsets, which old exports write as texts, and its words."""
        where = as_dict(self.value.get("globalOffsets")) if self.by_path() else self.value
        start, end = (_number(where.get(key)) for key in ("start", "end"))
        quote = self.value.get("text")
        return Quoted(start, end, quote if isinstance(quote, str) else "")

    def said(self, name: str) -> list[str]:
        """The lines of a text area of this name on the region."""
        found = [item for item in self.items if item.get("type") == "textarea" and item.get("from_name") == name]
        lines = [line for item in found for line in as_list(as_dict(item.get("value")).get("text"))]
        return [line for line in lines if isinstance(line, str) and line.strip()]


def regions_of(place: str, result: object) -> tuple[dict[str, Region], list[dict[str, Any]]]:
    """The regions of a result by id, and its other items: relations and what is said of the whole text."""
    regions: dict[str, Region] = {}
    others = []
    for item in as_list(result):
        key = as_dict(item).get("id")
        if isinstance(key, str | int) and item.get("type") != "relation":
            if str(key) not in regions:
                regions[str(key)] = Region(f"{place}, region {shown(key)}", str(key))
            regions[str(key)].items.append(item)
        elif isinstance(item, dict):
            others.append(item)
    for key in [key for key, region in regions.items() if not region.labelled]:
        others += regions.pop(key).items
    return regions, others


def text_key(data: dict[str, Any], quotes: list[str]) -> str:
    """The key of a task's data under which its text is: where most words of its regions stand, else `text`."""
    texts = {key: value for key, value in data.items() if isinstance(value, str) and key != OURS}
    order = sorted(texts, key=lambda key: (key != "text", -len(texts[key]), key))
    some = quotes[:_ENOUGH]
    return max(order, key=lambda key: sum(quote in texts[key] for quote in some), default="")


def quotes_of(task: dict[str, Any]) -> list[Quoted]:
    """The offsets of all regions of a task that come with their words."""
    every = [*as_list(task.get("annotations")), *as_list(task.get("predictions"))]
    found = [regions_of("", as_dict(each).get("result"))[0].values() for each in every]
    return [quoted for regions in found for quoted in (region.quoted() for region in regions) if quoted.quote]


class Task:
    """Reads one task into one document."""

    _sheet: Sheet
    _verifier: Verifier
    _plain: Verifier

    def __init__(self, file: Incoming, place: str, task: dict[str, Any], unit: Unit) -> None:
        self._file, self._place, self._task, self._unit = file, place, task, unit
        self._data = as_dict(task.get("data"))
        self._ours = as_dict(self._data.get(OURS))
        self._kept: dict[str, Any] = {}
        self._states: dict[str, State] = {}

    def read(self) -> Iterator[Record]:
        """The document, and before it what is to be said of it."""
        try:
            check_whole_characters(self._task)
            key, text = self._text()
            sheet = yield from self._begun(text)
        except OnrecordError as error:
            yield Refused(self._place, error.sentence)
            return
        if sheet is None:
            return
        self._sheet = sheet
        self._verifier, self._plain = Verifier(text, self._unit), Verifier(text)
        for group in ("annotations", "predictions"):
            for number, each in enumerate(as_list(self._task.get(group)), 1):
                yield from self._annotation(group, number, each)
        written = as_list(self._ours.get("annotators"))
        for annotator, state in self._states.items():
            if annotator not in written:
                sheet.submission(annotator, state)
        yield self._with_kept(sheet.done(), key)

    def _text(self) -> tuple[str, str]:
        key = text_key(self._data, [quoted.quote for quoted in quotes_of(self._task)])
        text: str = self._data.get(key, "")
        if not key or (key != "text" and text.isascii() and len(text.split()) == 1 and "://" not in text):
            raise BadInput("its `data` holds no text; onrecord annotates texts alone")
        if text.startswith(("http://", "https://")) and len(text.split()) == 1:
            found = self._file.find(text)
            if not found:
                name = shown(text)
                raise BadInput(f"holds no text but an address, {name}; if a text is there, add it with that address")
            text = found[0]
        check_storable(text)
        return key, text

    def _begun(self, text: str) -> Generator[Record, None, Sheet | None]:
        if "document" in self._ours:
            return sheet_in(self._place, text, self._ours["document"], self._file.mapping, self._file.most)
        wanted = {name for names in KEYS.values() for name in names} - {"revises"}
        said = {name: value for name, value in self._data.items() if name in wanted and isinstance(value, str)}
        sheet = None
        for item in described(self._place, text, said):
            if isinstance(item, Article):
                fields = {name: getattr(item, name) for name in Document.__struct_fields__ if name in KEYS}
                sheet = Sheet(
                    self._place, text, Document(**{**fields, "revises": None}), self._file.mapping, most=self._file.most
                )
            else:
                yield item
        return sheet

    def _annotation(self, group: str, number: int, given: object) -> Iterator[Record]:
        about = as_dict(given)
        name = about.get("id")
        key = f"{group[0]}{name if isinstance(name, str | int) else f'-{number}'}"
        place = f"{self._place}, {group[:-1]} {shown(name) or number}"
        if not about or not isinstance(about.get("result", []), list):
            yield Refused(place, "is no object with a list `result`; export the tasks in full")
            return
        ours = as_dict(about.get(OURS)).get("annotator")
        annotator = ours if isinstance(ours, str) and ours else self._annotator(group, about)
        regions, others = regions_of(place, about.get("result"))
        if not ours:
            for kind in sorted({shown(item.get("type")) or "item" for item in others if not _joins(item)}):
                yield Aside(place, kind, "has no counterpart here; it is kept and written again")
            kept = {name: value for name, value in about.items() if name != "result"}
            rest = [item for item in others if not _joins(item)]
            self._kept.setdefault(group, {})[key] = {**kept, "at": number, "annotator": annotator, "rest": rest}
            if group == "annotations":
                done = self._states.get(annotator) == "submitted" or not about.get("was_cancelled")
                self._states[annotator] = "submitted" if done else "skipped"
        heads = {region.head for region in regions.values()} - {""}
        pieces: dict[str, list[Region]] = {}
        for region in regions.values():
            pieces.setdefault(region.piece, []).append(region)
        for region in regions.values():
            if region.piece not in heads:
                yield from self._region(annotator, key, region, pieces.get(region.head, []) if region.head else [])

    def _annotator(self, group: str, about: dict[str, Any]) -> str:
        """Who it is: an e-mail address before a name before a number; a model is called by its version."""
        if group == "predictions":
            name = str(about.get("model_version") or "prediction")
        else:
            by = about.get("completed_by")
            full = " ".join(str(as_dict(by).get(part) or "") for part in ("first_name", "last_name")).strip()
            named = as_dict(by).get("email") or as_dict(by).get("username") or full or as_dict(by).get("id")
            name = str(by if isinstance(by, str | int) else named or "")
        return name if name in self._file.mapping.annotators else fit_name(name) or self._file.annotator

    def _region(self, annotator: str, key: str, region: Region, parts: list[Region]) -> Iterator[Record]:
        spans = []
        try:
            labels = _labels(region)
            for part in (region, *parts):
                placed, moved = self._placed(part)
                spans.append(placed)
                if moved:
                    yield Note(part.place, f"its words stand {moved:+} code points from where it says, and were taken")
            if region.head:
                labels = [name for name in labels if name != BARE]
                mention = with_claim(with_labels(region.ours.get("mention"), labels), " ".join(region.said("claim")))
                mention = with_origins(mention, origins_of(region, labels))
                mention_in(self._sheet, self._plain, mention, key=f"{key}/{region.id}", spans=spans)
            else:
                yield from self._mention(annotator, key, region, spans, labels)
        except Misplaced as error:
            yield Aside(region.place, "mention", error.sentence)
        except BadInput as error:
            yield Refused(region.place, error.sentence)

    def _placed(self, region: Region) -> tuple[Span, int]:
        quoted = region.quoted()
        if region.by_path() and not stands(self._verifier, self._sheet.text, quoted):
            where = "by a path into a page that a browser made of it, not by offsets into the text"
            raise Misplaced(f"marks words {where}; onrecord takes regions of Text, not of HyperText")
        span = self._verifier.span(quoted.start, quoted.end)
        words = span.cut(self._sheet.text)
        # Label Studio shows white space as a browser does, folded, and may write the words as it shows them.
        alike = words.split() == quoted.quote.replace("\\n", "\n").split()
        placed = self._verifier.placed(quoted.start, quoted.end, None if alike or not quoted.quote else quoted.quote)
        return placed.span, placed.moved

    def _mention(
        self, annotator: str, key: str, region: Region, spans: list[Span], labels: list[str]
    ) -> Iterator[Record]:
        sheet = self._sheet
        claim = " ".join(" ".join(region.said("claim")).split())
        uid = sheet.mention(
            annotator, f"{key}/{region.id}", spans, claim=sheet.claim(claim) if claim else None,
            note="\n".join(_meta_text(region)), extra=with_extra("", **{KEPT: kept_of(region, key)}),
        )  # fmt: skip
        origins = origins_of(region, labels)
        for label in labels:
            if label == BARE and self._ours:
                continue
            chain: tuple[Link, ...] = ()
            if name := origins.get(label):
                chain = (sheet.link(sheet.source(name, named=label != "anonymous")),)
            try:
                sheet.mark(uid, label, chain=chain)
            except BadInput as error:
                yield Aside(region.place, "mark", error.sentence)

    def _with_kept(self, item: Annotated, key: str) -> Annotated:
        more = dict(self._kept)
        if not self._ours:
            more["task"] = {name: value for name, value in self._task.items() if name not in _READ}
            more["data"] = {name: value for name, value in self._data.items() if name not in (OURS, key)}
            more["key"] = key
        if not more:
            return item
        extra = with_extra(item.document.extra, **{KEPT: more})
        return structs.replace(item, document=structs.replace(item.document, extra=extra))


_READ = ("data", "annotations", "predictions")


def kept_of(region: Region, key: str) -> dict[str, Any]:
    """What of a foreign region onrecord has no place for: its names, and the items that say more of it."""
    first = region.labelled[0]
    meta = {name: value for name, value in as_dict(first.get("meta")).items() if name not in ("text", OURS)}
    more = [item for item in region.items if item not in region.labelled and not _is_ours(item)]
    controls = {name: item.get("from_name") for item in region.labelled[1:] for name in _names(item)}
    kept = {
        "annotation": key,
        "region": {name: value for name, value in first.items() if name not in ("value", "meta")},
        "value": {name: value for name, value in region.value.items() if name not in _VALUE},
        "meta": meta, "more": more, "controls": controls,
    }  # fmt: skip
    return {name: value for name, value in kept.items() if value}


_VALUE = ("start", "end", "text", "startOffset", "endOffset", "globalOffsets", "htmllabels", *_REGIONS)


def _is_ours(item: dict[str, Any]) -> bool:
    return item.get("type") == "textarea" and item.get("from_name") in ("claim", "who")


def origins_of(region: Region, labels: list[str]) -> dict[str, str]:
    """Who said it, by label, as the text area has it: `LABEL: NAME`, or a name alone where there is one label."""
    found = {}
    for line in region.said("who"):
        label, colon, name = line.partition(": ")
        if colon and label in labels:
            found[label] = name.strip()
        elif len(labels) == 1:
            found.setdefault(labels[0], line.strip())
    return {label: " ".join(name.split()) for label, name in found.items() if name}


def _labels(region: Region) -> list[str]:
    found: list[str] = []
    seen = set()
    for item in region.labelled:
        control = (item.get("from_name"), item["type"])
        if control in seen:
            raise BadInput(f"the id {region.id!r} comes twice; ids must differ")
        seen.add(control)
        names = _names(item)
        if not all(isinstance(name, str) and name for name in names):
            raise BadInput("its labels are not a list of names")
        found += names
    return list(dict.fromkeys(found))


def _names(item: dict[str, Any]) -> list[Any]:
    value = as_dict(item.get("value"))
    keys = (key for key in (item["type"], "labels", "htmllabels") if key in value)
    return as_list(value.get(next(keys, "labels")))


def _meta_text(region: Region) -> list[str]:
    return [line for line in as_list(as_dict(region.labelled[0].get("meta")).get("text")) if isinstance(line, str)]


def _joins(item: dict[str, Any]) -> bool:
    return item.get("type") == "relation" and item.get("labels") == [NEXT]


def _number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12 else value
