"""How often the claim that a headline is about is proposed first, or among five, beside two plain baselines.

Reads the Emergent data set (Ferreira and Vlachos 2016): 300 rumoured claims and the headlines of the articles about
them. The claims become the ledger, the headlines documents with one mention each, in a project made for the run. What
the ranking weighs was settled on half A of the claims alone; half B was only measured.
"""

import csv
import hashlib
import math
import os
import sqlite3
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import NamedTuple

from onrecord.schema import acts
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span
from onrecord.suggest.claims import ALIKE, Entry, Pool, Proposal, own_index
from onrecord.suggest.claims_bulk import SAME, LooseMention, clusters, loose_mentions, pairs, pool_of
from onrecord.suggest.claims_words import taken_apart
from rapidfuzz import fuzz, process
from ratios import fastest, hold

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("ONRECORD_DATA") or ROOT / "../shared/data") / "emergent" / "edata_all.csv"
FIVE = 5
ME = "ana"


class Headline(NamedTuple):
    """A mention, the uid of the claim that its article is about, and the half that this claim is in."""

    mention: LooseMention
    claim: str
    half: str


Ranking = Callable[[str], Sequence[str]]
"""Of a headline: the uids of the claims that it may mean, the best first."""


def half_of(claim: str) -> str:
    """A by an even sha256 of a claim's id in the data, B by an odd one."""
    return "AB"[int(hashlib.sha256(claim.encode()).hexdigest(), 16) % 2]


# ---------------------------------------------------------------------- the project


@contextmanager
def project() -> Iterator[tuple[sqlite3.Connection, list[Headline]]]:
    """A project with the claims, the headlines as documents, and a mention of each headline in its whole length."""
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with tempfile.TemporaryDirectory() as folder, Ledger.create(Path(folder) / "p.db", ME, "d1") as ledger:
        ledger.connection.execute("PRAGMA synchronous = OFF")
        truth: dict[str, tuple[str, str]] = {}
        with ledger.act() as act:
            uids = {row["claimId"]: acts.state_claim(act, row["claimHeadline"]) for row in rows}
            for number, row in enumerate(rows):
                text = row["articleHeadline"]
                sha256, _ = acts.add_document(act, text, outlet=row["source"])
                acts.set_mention(act, f"{ME}/{number}", sha256, text, [Span(0, len(text))])
                truth[f"{ME}/{number}"] = (uids[row["claimId"]], half_of(row["claimId"]))
        mentions = loose_mentions(ledger.connection, ME)
        yield ledger.connection, [Headline(mention, *truth[mention.uid]) for mention in mentions]


# ---------------------------------------------------------------------- the baselines


def by_bm25(index: sqlite3.Connection) -> Ranking:
    """FTS5's own ranking of the claims that have any of the words."""

    def ranking(words: str) -> list[str]:
        parts = "".join(char if char.isalnum() else " " for char in words).split()
        query = " OR ".join(f'"{part}"' for part in parts)
        rows = index.execute(
            "SELECT uid FROM search JOIN claims ON claims.id = search.rowid WHERE search MATCH ? ORDER BY rank LIMIT ?",
            (query, FIVE),
        )
        return [row[0] for row in rows]

    return ranking


def by_token_set_ratio(index: sqlite3.Connection) -> Ranking:
    """rapidfuzz's token_set_ratio with each of the claims, in lower case."""
    claims = {uid: claim.lower() for uid, claim in index.execute("SELECT uid, claim FROM claims")}

    def ranking(words: str) -> list[str]:
        found = process.extract(words.lower(), claims, scorer=fuzz.token_set_ratio, limit=FIVE)
        return [uid for _, _, uid in found]

    return ranking


# ---------------------------------------------------------------------- the measures


def measure(name: str, headlines: Sequence[Headline], ranking: Ranking) -> dict[str, bool]:
    """Print how often the true claim is first, and among five, in each half; the answer is where it is first."""
    ranked = [(each, list(ranking(each.mention.quote))[:FIVE]) for each in headlines]
    for half in "AB":
        mine = [(each, found) for each, found in ranked if each.half == half]
        first = sum(found[:1] == [each.claim] for each, found in mine) / len(mine)
        five = sum(each.claim in found for each, found in mine) / len(mine)
        print(f"  {half}     {len(mine):5,}  {name:26}  {first:6.1%}  {five:6.1%}")
    return {each.mention.uid: found[:1] == [each.claim] for each, found in ranked}


def compare(name: str, headlines: Sequence[Headline], ours: dict[str, bool], theirs: dict[str, bool]) -> None:
    """Print by how much ours is more often right, with two standard errors, and hold the ratio of the wrong ones.

    Headlines of one claim are right or wrong together, so the error is that of sums by claim.
    """
    for half in "AB":
        uids = {each.mention.uid: each.claim for each in headlines if each.half == half}
        gain = sum(ours[uid] - theirs[uid] for uid in uids) / len(uids)
        by_claim: dict[str, float] = defaultdict(float)
        for uid, claim in uids.items():
            by_claim[claim] += ours[uid] - theirs[uid] - gain
        error = 2 * math.sqrt(sum(value**2 for value in by_claim.values())) / len(uids)
        print(f"\n  half {half}: {100 * gain:+.1f} ± {100 * error:.1f} points more often first than by {name}")
        ratio = sum(not ours[uid] for uid in uids) / sum(not theirs[uid] for uid in uids)
        hold(f"wrong firsts, to those of {name}", ratio, 0.9)


def thresholds(proposed: Sequence[tuple[Headline, Proposal]], count: Counter[str]) -> None:
    """Print what would be linked unseen from several scores on, and how much of it rightly."""
    print("\n  half  score  linked  share of all  right")
    for half in "AB":
        for least in (40, 50, ALIKE, 60, 70, 80):
            taken = [
                each.claim == proposal.claim_uid
                for each, proposal in proposed
                if each.half == half and proposal.score >= least and proposal.clear
            ]
            share = len(taken) / count[half]
            print(f"  {half}     {least:5.0f}  {len(taken):6,}  {share:12.1%}  {sum(taken) / max(1, len(taken)):6.1%}")


def errors(headlines: Sequence[Headline], found: dict[str, list[Proposal]], texts: dict[str, str]) -> None:
    """Print of what kinds the wrong first proposals are."""
    kinds: Counter[str] = Counter()
    for each in headlines:
        proposals = found[each.mention.uid]
        uids = [proposal.claim_uid for proposal in proposals]
        if uids[:1] != [each.claim]:
            kinds[_kind(each, uids, texts)] += 1
    total = sum(kinds.values())
    print(f"\n  {total:,} wrong first proposals")
    for kind, count in kinds.most_common():
        print(f"  {count:5,}  {count / total:6.1%}  {kind}")


def _kind(headline: Headline, uids: list[str], texts: dict[str, str]) -> str:
    true = taken_apart(texts[headline.claim]).words
    if not {stem for stem, word in taken_apart(headline.mention.quote).words.items() if word.kind != "empty"} & set(
        true
    ):
        return "the headline has no telling word of its claim"
    if not uids:
        return "nothing is proposed"
    other = taken_apart(texts[uids[0]]).words
    if any(stem in other and word.kind in ("name", "number") for stem, word in true.items()):
        return "another claim of the same name or number is proposed"
    return "the claim is worded otherwise, and another shares more of the words"


def clustered(headlines: Sequence[Headline]) -> None:
    """Print how pure clusters are that headlines form without any claims."""
    true = {each.mention.uid: each.claim for each in headlines}
    print("\n  half  clusters  mentions in them  of the commonest claim")
    for half in "AB":
        mine = [each.mention for each in headlines if each.half == half]
        found = clusters(mine, ALIKE)
        members = [[true[mention.uid] for mention, _ in cluster.members] for cluster in found]
        size = sum(map(len, members))
        pure = sum(Counter(each).most_common(1)[0][1] for each in members)
        print(f"  {half}     {len(found):8,}  {size:6,} of {len(mine):5,}  {pure / size:22.1%}")


def mergers(connection: sqlite3.Connection) -> None:
    """Print how many of the claims, which are all different, would be taken for one."""
    proposed = [pair.earlier for pair in pairs(connection) if pair and not pair.earlier.contradicts]
    counts = {least: sum(each.score >= least for each in proposed) for least in (60, 70, 80, SAME)}
    told = ", ".join(f"{count} from {least:.0f} on" for least, count in counts.items())
    print(f"\n  different claims taken for one, of 300: {told}")


# ---------------------------------------------------------------------- the cost


def cost() -> None:
    """A lookup among 6,000 claims, compared with one among 300; their words are as many times more."""
    times = []
    for count in (300, 6_000):
        chance = Random(7)
        words = ["".join(chance.choices("bcdfglmnprst" + "aeiou" * 2, k=8)) for _ in range(count)]
        texts = [" ".join(chance.choices(words, k=9)) for _ in range(count)]
        entries = (Entry(at, str(at), text, at) for at, text in enumerate(texts, 1))
        with closing(own_index(entries)) as index:
            pool = Pool(index)
            mixed = [f"{one} {other}" for one, other in pairwise(texts[:40])]
            times.append(fastest(lambda pool=pool, mixed=mixed: [pool.propose(each, 1) for each in mixed]))  # type: ignore[misc]
    print()
    hold("a lookup among 6,000 claims / among 300", times[1] / times[0], 3)


def main() -> None:
    """Measure on the data, if it is there, and hold."""
    cost()
    if not DATA.exists():
        print(f"  skipped, no data: set ONRECORD_DATA to the folder that has {DATA.parent.name}/{DATA.name}")
        return
    with project() as (connection, headlines), pool_of(connection) as pool:
        texts = dict(connection.execute("SELECT uid, claim FROM claims").fetchall())
        entries = (Entry(*row) for row in connection.execute("SELECT id, uid, claim, merged_id FROM claims"))
        found = {each.mention.uid: pool.propose(each.mention.quote, FIVE) for each in headlines}
        by_words = {each.mention.quote: [one.claim_uid for one in found[each.mention.uid]] for each in headlines}
        count = Counter(each.half for each in headlines)
        claims = Counter(half for half, _ in {(each.half, each.claim) for each in headlines})
        print(
            f"  {len(headlines):,} headlines, {len(texts)} claims: {claims['A']} in half A, {claims['B']} in half B\n"
        )
        print("  half  n      ranking                     first   in five")
        with closing(own_index(entries)) as index:
            baselines = {
                "FTS5 bm25": measure("FTS5 bm25", headlines, by_bm25(index)),
                "token_set_ratio": measure("rapidfuzz token_set_ratio", headlines, by_token_set_ratio(index)),
            }
        ours = measure("onrecord link", headlines, by_words.__getitem__)
        proposed = [(each, found[each.mention.uid][0]) for each in headlines if found[each.mention.uid]]
        thresholds(proposed, count)
        errors(headlines, found, texts)
        clustered(headlines)
        mergers(connection)
    for name, theirs in baselines.items():
        compare(name, headlines, ours, theirs)


if __name__ == "__main__":
    main()
