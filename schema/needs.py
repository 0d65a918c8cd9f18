"""What a thing cannot be told without: the other subjects that its value names."""

from .events import (
    Adjudication,
    AnyValue,
    Assignment,
    ClaimRelation,
    Document,
    Mark,
    Mention,
    Remark,
    Sitting,
    Source,
    SourceRelation,
    Submission,
)


def references(data: AnyValue | None) -> set[tuple[str, str]]:
    """The subjects that a value names, as (kind, subject)."""
    if isinstance(data, Mark):  # what there is most of comes first
        said = {("mention", data.mention), ("label", data.label)}
        for link in data.chain:
            if link.source is not None:
                said.add(("source", link.source))
        for item in data.evidence:
            if item.mention is not None:
                said.add(("mention", item.mention))
        return said
    if isinstance(data, Mention):
        document = ("document", data.document)
        return {document} if data.claim is None else {document, ("claim", data.claim)}
    return {(kind, subject) for kind, subject in _others(data) if subject is not None}


def _others(data: AnyValue | None) -> set[tuple[str, str | None]]:
    match data:
        case Document(revises=revises):
            return {("document", revises)}
        case ClaimRelation(claim=claim, other=other):
            return {("claim", claim), ("claim", other)}
        case Source(document=document):
            return {("document", document)}
        case SourceRelation(source=source, other=other):
            return {("source", source), ("source", other)}
        case Submission(document=document):
            return {("document", document)}
        case Adjudication(document=document, inputs=inputs, choice=choice, taken=taken):
            return {("document", document)} | {("mention", each) for each in (*inputs, choice, taken)}
        case Assignment(document=document) | Sitting(document=document):
            return {("document", document)}
        case Remark(mention=mention, answers=answers):
            return {("mention", mention), ("remark", answers)}
        case _:
            return set()
