"""What is being put together before a project knows of it: chains, evidence, a mention's details, a choice of claim.

Drafts hold plain spans (code points) and names. What a draft does not change gives no event, so that a form that was
opened and accepted never overwrites what another device wrote meanwhile.
"""

from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from ..schema import acts, events, records
from ..schema.errors import NoSuchThing
from ..schema.events import Identified, Polarity, SourceKind
from ..schema.text import Span

if TYPE_CHECKING:
    from ..schema.ledger import Act


class LinkDraft(Struct, frozen=True):
    """One link of a chain: an existing source by its uid, or a name for one, or nobody; spans in code points."""

    source_uid: str | None = None
    source: str = ""
    source_kind: SourceKind = "unknown"
    identified: Identified = "unspecified"
    relay: bool = False
    ground: str = ""
    spans: tuple[Span, ...] = ()
    cue: tuple[Span, ...] = ()

    def record(self, position: int, text: str) -> records.Attribution:
        """How the link looks before it is on disk."""
        return records.Attribution(
            position=position, source_id=None, source_uid=self.source_uid, source=self.source or None,
            source_kind=self.source_kind, identified=self.identified, relay=self.relay, ground=self.ground,
            source_quote=quoted(text, self.spans), cue_quote=quoted(text, self.cue), spans=self.spans, cue=self.cue,
        )  # fmt: skip


class EvidenceDraft(Struct, frozen=True):
    """What shows a mark: words, a mention by its uid, or a web address; exactly one of them."""

    spans: tuple[Span, ...] = ()
    mention_uid: str | None = None
    url: str = ""
    note: str = ""

    def record(self, text: str) -> records.Evidence:
        """How the evidence looks before it is on disk."""
        return records.Evidence(
            quote=quoted(text, self.spans), spans=self.spans, mention_id=None, mention_uid=self.mention_uid,
            url=self.url, note=self.note,
        )  # fmt: skip


def from_record(link: records.Attribution) -> LinkDraft:
    """A stored link as a draft."""
    return LinkDraft(
        source_uid=link.source_uid, source=link.source or "", source_kind=link.source_kind or "unknown",  # type: ignore[arg-type]
        identified=link.identified, relay=link.relay, ground=link.ground, spans=link.spans, cue=link.cue,  # type: ignore[arg-type]
    )  # fmt: skip


def from_evidence(item: records.Evidence) -> EvidenceDraft:
    """Stored evidence as a draft."""
    return EvidenceDraft(spans=item.spans, mention_uid=item.mention_uid, url=item.url, note=item.note)


def to_link(act: "Act", draft: LinkDraft, text: str, sha256: str) -> events.Link:
    """The draft as an event states it; a source that is only a name is looked up or made.

    Only a named source is one throughout the project; any other belongs to its document.
    """
    uid = draft.source_uid
    if uid is None and draft.source:
        scope = None if draft.identified == "named" else sha256
        uid = acts.name_source(act, draft.source, draft.source_kind, scope)
    return events.Link(
        source=uid, identified=draft.identified, relay=draft.relay, ground=draft.ground,
        spans=acts.words(text, draft.spans), cue=acts.words(text, draft.cue),
    )  # fmt: skip


def to_evidence(draft: EvidenceDraft, text: str) -> events.Evidence:
    """The draft as an event states it."""
    return events.Evidence(
        spans=acts.words(text, draft.spans), mention=draft.mention_uid, url=draft.url, note=draft.note
    )


def quoted(text: str, spans: tuple[Span, ...]) -> str:
    """The words under the spans, pieces parted by an ellipsis."""
    return " … ".join(span.cut(text) for span in spans)


# ---------------------------------------------------------------------- all details of a mention


class MarkDraft(Struct, frozen=True):
    """One mark of a mention as a form has it; `certainty` is a percentage."""

    label: str
    kind: str
    certainty: int | None
    note: str
    chain: tuple[LinkDraft, ...]
    evidence: tuple[EvidenceDraft, ...]


class DetailsResult(Struct, frozen=True):
    """A mention as a form has it; `claim` is the wording of its claim, empty for none."""

    claim: str
    polarity: Polarity
    note: str
    marks: tuple[MarkDraft, ...]


def mark_draft(mark: records.Mark) -> MarkDraft:
    """A stored mark as a draft."""
    return MarkDraft(
        label=mark.label, kind=mark.kind, certainty=mark.certainty, note=mark.note,
        chain=tuple(map(from_record, mark.chain)), evidence=tuple(map(from_evidence, mark.evidence)),
    )  # fmt: skip


def apply_details(act: "Act", mention: records.Mention, sha256: str, text: str, result: DetailsResult) -> None:
    """Write what a form changed in a mention; `mention` is what the form was filled with.

    Another wording links the mention to the claim of these words, which is made if there is none; the old claim stays.
    Where two devices had changed the mention or a mark of it at once, this settles it.

    Raises:
        NoSuchThing: the mention, or a mark that the form changed, was removed meanwhile.
    """
    if act.value("mention", mention.uid) is None:
        raise NoSuchThing("The mention was removed meanwhile; nothing was written")
    about = _changed(mention, result, "polarity", "note")
    if result.claim != (mention.claim or ""):
        about["claim"] = acts.state_claim(act, result.claim) if result.claim.strip() else None
    if about or mention.conflict:
        acts.describe_mention(act, mention.uid, **about)
    for draft in result.marks:
        mark = mention.mark(draft.label)
        if mark:
            _apply_mark(act, mention, mark, draft, sha256, text)


def _apply_mark(
    act: "Act", mention: records.Mention, mark: records.Mark, draft: MarkDraft, sha256: str, text: str
) -> None:
    before = mark_draft(mark)
    if act.value("mark", f"{mention.uid}/{mark.label}") is None:
        if draft == before:
            return
        raise NoSuchThing(f"The label {mark.label} was taken off meanwhile; nothing was written")
    if draft.chain != before.chain:
        acts.set_chain(act, mention.uid, mark.label, stated_chain(act, mention, draft, text, sha256))
    if draft.evidence != before.evidence:
        acts.set_evidence(act, mention.uid, mark.label, [to_evidence(item, text) for item in draft.evidence])
    about = _changed(mark, draft, "kind", "certainty", "note")
    if about or mention.conflict:
        acts.set_label(act, mention.uid, mark.label, **about)


def stated_chain(act: "Act", mention: records.Mention, draft: MarkDraft, text: str, sha256: str) -> list[events.Link]:
    """A form's chain as events state it; what the form says of a source's kind is told."""
    kinds = {link.source_uid: link.source_kind for each in mention.marks for link in map(from_record, each.chain)}
    links = [to_link(act, link, text, sha256) for link in draft.chain]
    for link, stated in zip(draft.chain, links, strict=True):
        if stated.source:
            _tell_kind(act, stated.source, link.source_kind, kinds.get(stated.source))
    return links


def _tell_kind(act: "Act", uid: str, kind: SourceKind, before: SourceKind | None) -> None:
    """Say what a source is, if somebody chose that in the form: `unknown` by itself says nothing of a source."""
    source = act.value("source", uid)
    chosen = kind != "unknown" if before is None else kind != before
    if chosen and isinstance(source, events.Source):
        act.put(uid, structs.replace(source, kind=kind))


def _changed(before: Struct, after: Struct, *names: str) -> dict[str, Any]:
    return {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}


# ---------------------------------------------------------------------- a choice of claim


class ClaimChoice(Struct, frozen=True):
    """Which claim a mention words: an existing one by its uid, else a new one by its text, else none at all."""

    uid: str | None
    text: str
    polarity: Polarity

    @property
    def unlink(self) -> bool:
        """Whether the mention is to word no claim."""
        return self.uid is None and not self.text


def apply_claim(act: "Act", mention_uid: str, choice: ClaimChoice) -> None:
    """Link a mention to the chosen claim, which is made if it is new, or unlink it.

    Raises:
        NoSuchThing: the mention was removed meanwhile.
    """
    claim = None if choice.unlink else choice.uid or acts.state_claim(act, choice.text)
    acts.link_claim(act, mention_uid, claim, choice.polarity)
