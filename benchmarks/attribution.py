"""How much of what people annotated the attribution rules find, and how fast; run by `make eval`.

Reads the folder that ONRECORD_DATA names (default ../shared/data beside the repository) and says so where it is absent.
Gold are the Content, Cue and Source spans of PolNeAR (brat files). A proposal and a gold span agree exactly when they
cover the same words, pieces that only white space parts taken together; they overlap when they share a code point. Each
span counts once a text. A text with several annotators is compared with each, and each comparison counts as the
fraction: every text has the same weight.
"""

import argparse
import gc
import json
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path
from time import process_time
from typing import NamedTuple

from onrecord.schema.segments import Segments
from onrecord.suggest.cuebook import english
from onrecord.suggest.engine import Suggestion, suggest
from onrecord.suggest.engines import Engine, signature
from onrecord.suggest.engines import engine as engine_of

DATA = Path(os.environ.get("ONRECORD_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
ROLES = ("Content", "Cue", "Source")
ARTICLE = 4096
ARTICLES = 200
_SPAN = re.compile(r"(T\d+)\t\S+ ([\d ;]+)\t")
_EVENT = re.compile(r"E\d+\tAttribution\S*:T\d+ ?(.*)")

Pieces = tuple[tuple[int, int], ...]


class Attribution(NamedTuple):
    """One annotated attribution: the pieces of each of its parts."""

    content: list[Pieces]
    cue: list[Pieces]
    source: list[Pieces]

    def of(self, role: str) -> list[Pieces]:
        """The spans that have a role."""
        return {"Content": self.content, "Cue": self.cue, "Source": self.source}[role]


class Text(NamedTuple):
    """A text and what each of its annotators found in it."""

    text: str
    annotated: list[list[Attribution]]


# ------------------------------------------------------------------ reading


def read(split: str) -> list[Text]:
    """The texts of a split of PolNeAR, in the order of their names."""
    folder = DATA / "polnear" / split
    return [
        Text(text, [list(_attributions(text, file)) for file in sorted(folder.glob(f"attributions/{path.stem}_*.ann"))])
        for path in sorted((folder / "text").iterdir())
        for text in [path.read_bytes().decode()]
    ]


def _attributions(text: str, file: Path) -> Iterator[Attribution]:
    spans: dict[str, Pieces] = {}
    events = []
    for line in file.read_text("utf-8").splitlines():
        if found := _SPAN.match(line):
            bounds = (piece.split() for piece in found[2].split(";"))
            spans[found[1]] = joined(text, ((int(start), int(end)) for start, end in bounds))
        elif found := _EVENT.match(line):
            events.append(found[1])
    for event in events:
        parts: dict[str, list[Pieces]] = {role: [] for role in ROLES}
        for argument in event.split():
            role, _, name = argument.partition(":")
            role = role.rstrip("0123456789")
            if role in parts and spans.get(name):
                parts[role].append(spans[name])
        yield Attribution(*parts.values())


def joined(text: str, pieces: Iterable[tuple[int, int]]) -> Pieces:
    """The pieces in order, those joined that only white space parts; empty ones are left out."""
    whole: list[tuple[int, int]] = []
    for start, end in sorted(piece for piece in pieces if piece[0] < piece[1]):
        if whole and not text[whole[-1][1] : start].strip():
            whole[-1] = whole[-1][0], max(end, whole[-1][1])
        else:
            whole.append((start, end))
    return tuple(whole)


def proposed(text: str, suggestions: list[Suggestion]) -> dict[str, set[Pieces]]:
    """The spans that the engine proposes, by role."""
    found: dict[str, set[Pieces]] = {role: set() for role in ROLES}
    for suggestion in suggestions:
        found["Content"].add(joined(text, ((span.start, span.end) for span in suggestion.spans)))
        for link in suggestion.chain:
            for role, spans in (("Cue", link.cue), ("Source", link.spans)):
                if spans:
                    found[role].add(joined(text, ((span.start, span.end) for span in spans)))
    return found


# ------------------------------------------------------------------ scoring


def overlap(one: Pieces, other: Pieces) -> bool:
    """Whether two spans share a code point."""
    return any(start < last and first < end for start, end in one for first, last in other)


def overlapping(spans: set[Pieces], others: set[Pieces]) -> int:
    """How many spans overlap any of the others."""
    return sum(any(overlap(span, other) for other in others) for span in spans)


@dataclass
class Score:
    """What was proposed, what is gold, and how much of each agrees; weighted by text."""

    proposed: float = 0
    gold: float = 0
    exact: float = 0
    overlapping: float = 0
    overlapped: float = 0

    def add(self, spans: set[Pieces], gold: set[Pieces], weight: float) -> None:
        """Count one comparison."""
        self.proposed += weight * len(spans)
        self.gold += weight * len(gold)
        self.exact += weight * len(spans & gold)
        self.overlapping += weight * overlapping(spans, gold)
        self.overlapped += weight * overlapping(gold, spans)

    def measures(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Precision, recall and F1: exact, and by overlap."""
        exact = _prf(self.exact, self.exact, self.proposed, self.gold)
        return exact, _prf(self.overlapping, self.overlapped, self.proposed, self.gold)


def _prf(right: float, found: float, proposed: float, gold: float) -> tuple[float, float, float]:
    precision, recall = right / max(proposed, 1), found / max(gold, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


@dataclass
class Tally:
    """The scores of a split by role, those of each rule, and what goes wrong."""

    roles: dict[str, Score] = field(default_factory=lambda: {role: Score() for role in ROLES})
    rules: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    errors: Counter[str] = field(default_factory=Counter)
    examples: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def fail(self, kind: str, words: str = "") -> None:
        """Count an error of a class, with the words it happened at."""
        self.errors[kind] += 1
        if words:
            self.examples[kind][" ".join(words.lower().split())[:40]] += 1


def evaluate(texts: list[Text], engine: Engine) -> Tally:
    """Compare what an engine proposes with what each annotator found."""
    tally = Tally()
    for text, annotated in texts:
        suggestions = list(engine.suggest(text))
        spans = proposed(text, suggestions)
        for attributions in annotated:
            weight = 1 / len(annotated)
            gold = {role: {span for one in attributions for span in one.of(role)} for role in ROLES}
            for role, score in tally.roles.items():
                score.add(spans[role], gold[role], weight)
            for suggestion in suggestions:
                content = joined(text, ((span.start, span.end) for span in suggestion.spans))
                tally.rules[suggestion.rule].add({content}, gold["Content"], weight)
        if annotated:
            _explain(text, suggestions, annotated[0], tally)
    return tally


def agreement(texts: list[Text]) -> tuple[dict[str, Score], int]:
    """How far each annotator of a text with several finds what each other one does: as good as anybody can be."""
    roles = {role: Score() for role in ROLES}
    several = [annotated for _, annotated in texts if len(annotated) > 1]
    for annotated in several:
        weight = 1 / (len(annotated) * (len(annotated) - 1))
        for one, other in permutations(annotated, 2):
            for role, score in roles.items():
                found, gold = ({span for each in side for span in each.of(role)} for side in (one, other))
                score.add(found, gold, weight)
    return roles, len(several)


def _explain(text: str, suggestions: list[Suggestion], gold: list[Attribution], tally: Tally) -> None:
    """Sort what went wrong in a text into classes, against its first annotator."""
    contents = {content for one in gold for content in one.content}
    cues = {cue for one in gold for cue in one.cue}
    spans = proposed(text, suggestions)
    for suggestion in suggestions:
        content = joined(text, ((span.start, span.end) for span in suggestion.spans))
        shown = suggestion.chain[-1].cue
        words = shown[0].cut(text) if shown else ""
        if not any(overlap(content, other) for other in contents):
            tally.fail(f"content: nothing annotated there ({suggestion.rule})", words)
    for one in gold:
        words = " ".join(text[start:end] for cue in one.cue for start, end in cue)
        for content in one.content:
            _explain_content(content, spans["Content"], words, tally)
        for cue in one.cue:
            _explain_cue(text, cue, spans["Cue"], tally)
        for source in one.source:
            if not any(overlap(source, other) for other in spans["Source"]):
                tally.fail("source: none proposed there", " ".join(text[start:end] for start, end in source))
    tally.errors["cue: proposed, not annotated"] += sum(
        not any(overlap(cue, other) for other in cues) for cue in spans["Cue"]
    )


def _explain_content(content: Pieces, others: set[Pieces], cue: str, tally: Tally) -> None:
    near = [other for other in others if overlap(content, other)]
    if not near:
        known = any(word in english().verbs or word in english().nouns for word in cue.lower().split())
        tally.fail(f"content: missed, {'a known' if known else 'no known'} cue", cue)
    elif content not in near:
        start, end = near[0][0][0], near[0][-1][1]
        early = "starts early" if start < content[0][0] else "starts late" if start > content[0][0] else ""
        late = "ends early" if end < content[-1][1] else "ends late" if end > content[-1][1] else ""
        tally.fail(f"content: {' and '.join(filter(None, (early, late))) or 'in other pieces'}", cue)


def _explain_cue(text: str, cue: Pieces, others: set[Pieces], tally: Tally) -> None:
    words = " ".join(text[start:end] for start, end in cue)
    near = [other for other in others if overlap(cue, other)]
    if not near:
        known = any(word in english().verbs or word in english().nouns for word in words.lower().split())
        tally.fail(f"cue: missed, {'a known' if known else 'no known'} verb or noun", words)
    elif cue not in near:
        longer = near[0][-1][1] - near[0][0][0] > cue[-1][1] - cue[0][0]
        tally.fail(f"cue: {'longer' if longer else 'shorter'} than annotated", words)


# ------------------------------------------------------------------- tables


def report(roles: dict[str, Score], what: str) -> None:
    """Print the scores as a table."""
    print(f"\n{what:47}exact: P     R     F1    overlap: P     R     F1")
    for role, score in roles.items():
        numbers = f"n = {score.gold:6.0f} gold, {score.proposed:6.0f} proposed"
        exact, over = (" ".join(f"{part:.3f}" for part in each) for each in score.measures())
        print(f"  {role:8} {numbers}   {exact}            {over}")


def report_rules(tally: Tally) -> None:
    """Print how often what each rule proposes is right."""
    print("\nrule, n proposed: content exact, content overlapping")
    for rule, score in sorted(tally.rules.items(), key=lambda item: -item[1].proposed):
        exact, over = score.exact / score.proposed, score.overlapping / score.proposed
        print(f"  {rule:26} {score.proposed:7.0f}   {exact:.2f}   {over:.2f}")


def report_errors(tally: Tally, most: int) -> None:
    """Print the commonest classes of errors, each with the words it happens at most."""
    print("\ncommonest errors (against the first annotator)")
    for kind, count in tally.errors.most_common(most):
        words = ", ".join(f"{words} {times}" for words, times in tally.examples[kind].most_common(8))
        print(f"  {count:6}  {kind}" + (f": {words}" if words else ""))


def report_seed(engine: Engine) -> None:
    """Print how the seed article's worked example fares."""
    folder = DATA / "seed"
    for file in sorted(folder.glob("*.txt")):
        text = file.read_bytes().decode()
        gold = json.loads((folder / "gold.json").read_text("utf-8"))
        suggestions = list(engine.suggest(text))
        contents = [joined(text, ((span.start, span.end) for span in one.spans)) for one in suggestions]
        mentions = [(_pieces(text, one["content"]), set(one["gold"])) for one in gold["occurrences"]]
        answers = [_pieces(text, one["span"]) for one in gold["responses"]]
        found = sum(any(overlap(span, other) for other in contents) for span, _ in mentions)
        right = sum(
            any(overlap(span, other) and one.label in labels for other, one in zip(contents, suggestions, strict=True))
            for span, labels in mentions
        )
        known = [span for span, _ in mentions] + answers
        none = sum(not any(overlap(span, other) for other in known) for span in contents)
        print(f"\nseed article, n = {len(mentions)} gold mentions, {len(suggestions)} proposals")
        print(
            f"  proposed with an overlapping span {found}, with a right label {right}; proposals that are none {none}"
        )


def _pieces(text: str, spans: list[dict[str, int]]) -> Pieces:
    return joined(text, ((span["start"], span["end"]) for span in spans))


def report_speed(texts: list[Text]) -> None:
    """Print how many articles a second one core reads, and what that costs beside splitting sentences."""
    whole = "\n\n".join(one.text for one in texts)
    articles = [whole[start : start + ARTICLE] for start in range(0, len(whole), ARTICLE)][:ARTICLES]
    ours = _seconds(suggest, articles)
    plain = _seconds(lambda text: list(Segments(text).sentences), articles)
    print(f"\nspeed, n = {len(articles)} articles of {ARTICLE} code points, processor time of one core, best of 5")
    print(f"  {len(articles) / ours:.0f} articles a second; {ours / plain:.1f} times what splitting sentences costs")


def _seconds(work: Callable[[str], object], articles: list[str]) -> float:
    """The least processor time of several runs: what others do on the machine meanwhile does not count."""
    gc.collect()
    gc.freeze()  # what was read for the scores is not for the collector to walk through again and again
    times = []
    for _ in range(5):
        start = process_time()
        for article in articles:
            work(article)
        times.append(process_time() - start)
    return min(times)


def main() -> int:
    """Evaluate as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--split", choices=("train", "dev"), default="dev")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take every Nth text only")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="print the N commonest classes of errors")
    parser.add_argument("--engine", default="rules", help="whom to measure: rules, or spacy with --model")
    parser.add_argument("--model", default="", help="the pipeline of spacy: a name or a folder")
    parser.add_argument("--rules", action="store_true", help="print how often each rule is right")
    asked = parser.parse_args()
    if not (DATA / "polnear" / asked.split).is_dir():
        print(f"  no PolNeAR at {DATA}; set ONRECORD_DATA to the folder that has it")
        return 0
    engine = engine_of(asked.engine, model=asked.model)
    print(f"  {signature(engine)}")
    texts = read(asked.split)[:: asked.every]
    tally = evaluate(texts, engine)
    report(tally.roles, f"PolNeAR {asked.split}, {len(texts)} texts")
    among, several = agreement(texts)
    if several:
        report(among, f"one annotator against another, {several} texts")
    if asked.rules:
        report_rules(tally)
    if asked.errors:
        report_errors(tally, asked.errors)
    report_seed(engine)
    if asked.engine == "rules":
        report_speed(texts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
