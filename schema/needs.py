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
    named: set[tuple[str, str | None]] = set()
    match data:  # what there is most of comes first
        case Mark(mention=mention, label=label, chain=chain, evidence=evidence):
            named = {("mention", mention), ("label", label)}
            if chain or evidence:
                named |= {("source", link.source) for link in chain} | {("mention", item.mention) for item in evidence}
        case Mention(document=document, claim=claim):
            named = {("document", document), ("claim", claim)}
        case Document(revises=revises):
            named = {("document", revises)}
        case ClaimRelation(claim=claim, other=other):
            named = {("claim", claim), ("claim", other)}
        case Source(document=document):
            named = {("document", document)}
        case SourceRelation(source=source, other=other):
            named = {("source", source), ("source", other)}
        case Submission(document=document):
            named = {("document", document)}
        case Adjudication(document=document, inputs=inputs, choice=choice, taken=taken):
            named = {("document", document)} | {("mention", each) for each in (*inputs, choice, taken)}
        case Assignment(document=document) | Sitting(document=document):
            named = {("document", document)}
        case Remark(mention=mention, answers=answers):
            named = {("mention", mention), ("remark", answers)}
        case _:
            pass
    return {(kind, subject) for kind, subject in named if subject is not None}
