"""One task of Prodigy: what an annotator's work on a document is there.

A document's `extra` holds `tasks` by annotator: the `fields` that a task had besides its text, spans, tokens and
answer, the `tokens` where they are not ours, and the `spans` of a task that was rejected or ignored.
"""

from collections.abc import Iterable
from typing import Any

from ..schema.events import State
from ..schema.text import Span
from .annotated import Annotated
from .continuous import SIDE, Native, natives
from .foreign import kept, list_of, title_fields, without
from .json_files import as_dict
from .prodigy_tokens import Tokens, unpacked

NAME = "prodigy"
ANSWERS: dict[State, str] = {"submitted": "accept", "flagged": "reject", "skipped": "ignore"}
STATES: dict[str, State] = {answer: state for state, answer in ANSWERS.items()}
NATIVE = ("text", "spans", "tokens", "answer", SIDE)
"""The keys of a task that are made anew from what the project holds."""
SPAN = ("start", "end", "label", "token_start", "token_end")


def task_of(item: Annotated, annotator: str) -> dict[str, Any]:
    """What is kept of an annotator's task."""
    return as_dict(as_dict(kept(item.document.extra, NAME).get("tasks")).get(annotator))


def answer_of(item: Annotated, annotator: str) -> str | None:
    """The answer that an annotator's word on a document is; none while the work goes on."""
    submission = item.submissions.get(f"{annotator}/{item.sha256}")
    return ANSWERS.get(submission.state) if submission else None


def task_out(item: Annotated, annotator: str) -> dict[str, Any]:
    """An annotator's task on a document, without what goes along."""
    task = task_of(item, annotator)
    fields = without(as_dict(task.get("fields")), *NATIVE) or _new_fields(item, annotator)
    own = [uid for uid in item.mentions if uid.startswith(f"{annotator}/")]
    more: dict[Native, dict[str, Any]] = {}
    for uid in own:
        said = without(as_dict(kept(item.mentions[uid].extra, NAME).get("span")), *SPAN)
        for native in natives(item, uid):
            more.setdefault(native, said)
    answer = answer_of(item, annotator)
    left = [] if own or answer not in ("reject", "ignore") else list_of(task.get("spans"))
    known = unpacked(item.text, task.get("tokens"))
    tokens = Tokens(item.text, [Span(each.start, each.end) for each in more] or _fitting(item.text, left), known)
    made = {"text": item.text, **fields, "tokens": tokens.rows}
    made["spans"] = left or [_span(each, tokens, more[each]) for each in sorted(more)]
    if isinstance(fields.get("relations"), list):
        standing = None if left else [[each.start, each.end, each.label] for each in more]
        made["relations"] = [
            _renumbered(each, known or [], tokens) for each in fields["relations"] if _stands(each, standing)
        ]
    return made | ({"answer": answer} if answer else {})


def _new_fields(item: Annotated, annotator: str) -> dict[str, Any]:
    signed = {"_annotator_id": annotator, "_session_id": annotator} if annotator else {}
    return {"meta": title_fields(item), **signed}


def _span(native: Native, tokens: Tokens, more: dict[str, Any]) -> dict[str, Any]:
    first, last = tokens.of(Span(native.start, native.end))
    place = {"start": native.start, "end": native.end, "token_start": first, "token_end": last}
    return {**place, "label": native.label, **more}


def _fitting(text: str, spans: Iterable[Any]) -> list[Span]:
    """Those of a task's own spans that are some."""
    pairs = [(span.get("start"), span.get("end")) for span in spans if isinstance(span, dict)]
    return [
        Span(start, end)
        for start, end in pairs
        if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)
    ]


def _stands(relation: object, standing: list[list[Any]] | None) -> bool:
    """Whether the labelled spans that a relation ties are still there."""
    if not isinstance(relation, dict):
        return False
    ends = [as_dict(relation.get(end)) for end in ("head_span", "child_span")]
    labelled = [[end.get("start"), end.get("end"), end.get("label")] for end in ends if end.get("label")]
    return standing is None or all(each in standing for each in labelled)


def _renumbered(relation: dict[str, Any], known: list[dict[str, Any]], tokens: Tokens) -> dict[str, Any]:
    """A relation with the numbers of the tokens as they are now, where cutting them has changed these."""
    if len(known) == len(tokens.rows) or not known:
        return relation
    made = dict(relation)
    for end in ("head", "child"):
        number = relation.get(end)
        if isinstance(number, int) and 0 <= number < len(known):
            made[end] = tokens.at(known[number]["end"] - 1)
        span = as_dict(relation.get(f"{end}_span"))
        if isinstance(start := span.get("start"), int) and isinstance(stop := span.get("end"), int):
            made[f"{end}_span"] = {**span, "token_start": tokens.at(start), "token_end": tokens.at(stop - 1)}
    return made
