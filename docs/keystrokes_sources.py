"""How often the first hint of `f` is the annotated source, on the `dev` articles of PolNeAR.

    python docs/keystrokes_sources.py

For each annotated attribution with a source: the likely sources on its screen (the nearest 1,500 code points before and
behind), in the order in which the letters are given; the first one is right when it shares a word with the annotated
source. The corpus is outside data: ONRECORD_DATA names the folder that holds it.
"""

import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "benchmarks")]

from attribution import read  # noqa: E402 - found by the line above
from onrecord.schema.text import Span  # noqa: E402
from onrecord.suggest.engine import suggest  # noqa: E402
from onrecord.suggest.likely import likeliest, suggested_for, unknown  # noqa: E402
from onrecord.suggest.sources import Candidate, candidates  # noqa: E402

SCREEN = 1500


def nearest(content: list[Span], found: list[Candidate]) -> list[Candidate]:
    """By distance alone."""
    first, last = content[0].start, content[-1].end
    return sorted(found, key=lambda each: max(first - each.span.end, each.span.start - last, 0))


def main() -> int:
    """Print the shares."""
    counts: Counter[str] = Counter()
    for each in read("dev"):
        found, suggestions = candidates(each.text), suggest(each.text)
        for annotated in each.annotated:
            for attribution in annotated:
                content = sorted(Span(*piece) for pieces in attribution.content for piece in pieces)
                source = [Span(*piece) for pieces in attribution.source for piece in pieces]
                if not content or not source:
                    continue
                near = Span(max(0, content[0].start - SCREEN), content[-1].end + SCREEN)
                shown = [one for one in found if one.span.overlaps(near)]
                suggestion = suggested_for(content, suggestions)
                more = [*shown, *unknown(suggestion, shown)]
                counts["all"] += 1
                counts["some candidate"] += any(one.span.overlaps(piece) for one in shown for piece in source)
                counts["suggested"] += suggestion is not None
                for name, order in (
                    ("by distance", nearest(content, shown)),
                    ("by distance and likelihood", likeliest(each.text, content, shown)),
                    ("the suggested one first", likeliest(each.text, content, more, suggestion)),
                ):
                    first = order[0].span if order else Span(0, 0)
                    counts[name] += any(first.overlaps(piece) for piece in source)
    for name, number in counts.items():
        print(f"{name:<30} {number:>5}  {number / counts['all']:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
