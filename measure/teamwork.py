"""All that the Team screen and `onrecord team` tell: progress and effort, agreement, competence, and work beside gold.

Both are made of what is returned here, so that they say the same. Counts are quick; what is compared takes its time.
"""

import sqlite3
from collections.abc import Iterable, Iterator

from msgspec import Struct

from ..schema.errors import MissingExtra
from . import competence as competences
from .adjudication import against_gold
from .agreement import Agreement, Figure, Options, agreement
from .compared import Difference, Told, compare, shared_documents, untold
from .progress import DocumentWork, State, Work, documents, may_judge, tally, whole, workers
from .solver import require

SHOWN = {
    "groups": ("undisputed",),
    "boundaries": ("exact_f1", "overlap_f1", "unitizing_alpha", "gamma"),
    "labels": ("alpha_masi", "alpha"),
    "attribution": ("same_origin", "same_chain"),
    "claims": ("same_claim", "b_cubed", "ceaf_e"),
}
"""The figures of agreement that tell the most, by layer; `onrecord agree` has all of them."""
CHECKS, RULED = "hidden checks", "ruled work"
BLIND = "you see your own progress until you have submitted; adjudicators and leads see everybody's"


class Counts(Struct, frozen=True):
    """Who has done what, how many documents wait for what, and whether it is about everybody or the viewer alone."""

    workers: tuple[Work, ...]
    tally: dict[State, int]
    everybody: bool

    def figures(self) -> Iterator[Figure]:
        """The same as flat figures."""
        for work in self.workers:
            for measure in ("assigned", "done", "in_progress", "submitted", "skipped", "flagged", "mentions"):
                yield _figure("progress", measure, work.name, getattr(work, measure), documents=work.assigned)
        for state, number in self.tally.items():
            yield _figure("documents", state, "all", number, documents=sum(self.tally.values()))
        for work in self.workers:
            if work.timed:
                yield _figure("effort", "hours", work.name, work.seconds / 3600, documents=work.timed)
                yield _figure("effort", "minutes_per_document", work.name, work.minutes, documents=work.timed)
                yield _figure(
                    "effort", "marks_per_hour", work.name, work.marks_per_hour, work.marks_timed, work.timed
                )  # fmt: skip


class Comparison(Struct, frozen=True):
    """Agreement by layer, competence and work beside gold, each with what a reader should know, in sentences.

    `differences` tells of each compared document how much of it differs.
    """

    annotators: tuple[str, ...] = ()
    documents: int = 0
    agreement: tuple[Figure, ...] = ()
    competence: tuple[Figure, ...] = ()
    gold: tuple[Figure, ...] = ()
    differences: tuple[Difference, ...] = ()
    agreement_said: tuple[str, ...] = ()
    competence_said: tuple[str, ...] = ()
    gold_said: tuple[str, ...] = ()

    def figures(self) -> Iterator[Figure]:
        """All figures."""
        yield from self.agreement
        yield from self.competence
        yield from self.gold


def counts(connection: sqlite3.Connection, viewer: str | None) -> Counts:
    """Who has done what, as far as the viewer may know."""
    return Counts(tuple(workers(connection, viewer)), tally(documents(connection, viewer)), whole(connection, viewer))


def comparison(
    connection: sqlite3.Connection,
    viewer: str | None,
    *,
    samples: int = Options().samples,
    competence_samples: int = competences.SAMPLES,
    seed: int = 1,
    told: Told = untold,
) -> Comparison:
    """Agreement for all who may see it; competence and work beside gold for those who judge.

    `told` hears how many of how many documents are compared; what it raises ends the work. What cannot be measured,
    because a library is missing say, is said in a sentence instead.
    """
    if not whole(connection, viewer):
        return Comparison(agreement_said=(BLIND,))
    try:
        require()
    except MissingExtra as error:
        return Comparison(agreement_said=(str(error),))
    found = agreement(connection, Options(documents="submitted", samples=samples, seed=seed), told)
    judging = may_judge(connection, viewer)
    known = (
        competences.competence_compared(connection, found.shared, competence_samples, seed, told)
        if judging and found.shared
        else None
    )
    gold = tuple(gold_figures(connection)) if judging else ()
    secret = () if judging else ("adjudicators and leads see this",)
    return Comparison(
        annotators=found.annotators,
        documents=found.documents,
        agreement=tuple(_shown(found)),
        competence=known.figures if known else (),
        gold=gold,
        differences=found.differences,
        agreement_said=found.said,
        competence_said=known.said if known else secret or found.said,
        gold_said=() if gold else secret or ("no document with a gold layer was submitted by anybody yet",),
    )


def document_work(
    connection: sqlite3.Connection, viewer: str | None, told: Told = untold
) -> tuple[list[DocumentWork], tuple[str, ...]]:
    """Every document with how much of it differs, as far as that may be known, what needs somebody first.

    The sentences beside it say why it is not known.
    """
    if not whole(connection, viewer):
        return documents(connection, viewer), (BLIND,)
    try:
        require()
    except MissingExtra as error:
        return documents(connection, viewer), (str(error),)
    shared = shared_documents(connection, (), "submitted")
    compared = compare(connection, shared, 1, pairs=False, where=False, told=told)
    return documents(connection, viewer, differing(compared.differences)), ()


def differing(differences: Iterable[Difference]) -> dict[int, tuple[int, int]]:
    """The aligned groups of each compared document and how many of them differ, by the document's row id."""
    return {each.document.id: (each.groups, each.differing) for each in differences}


def gold_figures(connection: sqlite3.Connection) -> Iterator[Figure]:
    """Precision, recall and F1 beside the gold layer, apart for hidden checks and for work that was itself ruled on."""
    for layer, checks in ((CHECKS, True), (RULED, False)):
        for score in against_gold(connection, checks=checks):
            for measure, units in (("precision", score.theirs), ("recall", score.gold), ("f1", score.gold)):
                value = getattr(score, measure)
                yield _figure(layer, measure, score.annotator, value, units, score.documents, label=score.layer)


def _shown(found: Agreement) -> Iterator[Figure]:
    """The figures that tell the most, in the order of `SHOWN`."""
    for layer, measures in SHOWN.items():
        for measure in measures:
            yield from (each for each in found.figures if (each.layer, each.measure) == (layer, measure))


def _figure(
    layer: str, measure: str, of: str, value: float | None, units: int = 0, documents: int = 0, *, label: str = ""
) -> Figure:
    name = "/".join(filter(None, (layer, measure, label, of)))
    return Figure(name, layer, measure, label, of, value, None, None, units, documents)
