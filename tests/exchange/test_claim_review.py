"""ClaimReview: valid by the vocabulary, the same every time, safe in a page, and no claim rated as true."""

import itertools
import json
import tempfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from jsonschema import Draft202012Validator
from msgspec import structs
from onrecord.exchange.annotated import Annotated, Sheet
from onrecord.exchange.claim_review import RATINGS
from onrecord.exchange.exporting import export
from onrecord.schema import acts
from onrecord.schema.acts import claim_uid
from onrecord.schema.events import Claim, Document
from onrecord.schema.text import Span
from projects import project_of, projects

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "claim-review.json").read_text("utf-8"))
TEXT = "The gate stopped, an official said. Orrin said it had closed."
CLAIM = "The gate stopped"


def document(labels: list[str], number: int = 1, **about: Any) -> Annotated:
    """A document with one mention of the claim that has these labels, each with its origin."""
    shown = Document(title=f"Gate {number}", outlet="Courier", published_at=f"2026-03-0{number}", **about)
    sheet = Sheet("made", f"{TEXT} {number}", shown)
    uid = sheet.mention("ana", "1", [Span(0, 16)], claim=sheet.claim(CLAIM))
    for label in labels:
        named = label != "anonymous"
        source = sheet.source("Orrin" if named else "an official", kind="person" if named else "unknown", named=named)
        sheet.mark(uid, label, chain=(sheet.link(source),))
    return sheet.done()


def reviews(items: list[Annotated], same: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The reviews of a project in which some claims are the `same`."""
    with tempfile.TemporaryDirectory() as folder, project_of(items) as ledger:
        for one, other in itertools.pairwise(same):
            with ledger.act() as act:
                acts.merge_claims(act, claim_uid(one), claim_uid(other))
        out, again = Path(folder) / "a.jsonld", Path(folder) / "b.jsonld"
        said = export(ledger.connection, out, name="claimreview")
        export(ledger.connection, again, name="claimreview")
        assert out.read_bytes() == again.read_bytes()
        value = json.loads(out.read_text("utf-8"))
        assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(value)] == []
        assert said.split()[0] == str(len(value["@graph"]))
        assert not {"<", ">", "&"} & set(out.read_text("utf-8"))
        found: list[dict[str, Any]] = value["@graph"]
        return found


def test_the_schema_refuses_what_the_vocabulary_does_not_have() -> None:
    good = {"@context": "https://schema.org", "@graph": reviews([document(["sourced"])])}
    validator = Draft202012Validator(SCHEMA)
    assert validator.is_valid(good)
    changes: list[Callable[[dict[str, Any]], object]] = [
        lambda one: one.pop("url"),
        lambda one: one.update(verdict="true"),
        lambda one: one["reviewRating"].pop("alternateName"),
        lambda one: one["reviewRating"].update(headline="x"),
        lambda one: one["itemReviewed"].update({"@type": "Thing"}),
        lambda one: one["itemReviewed"]["appearance"][0].update(datePublished="last week"),
    ]
    for change in changes:
        bad = json.loads(json.dumps(good))
        change(bad["@graph"][0])
        assert not validator.is_valid(bad)


@pytest.mark.parametrize(
    ("labels", "standing"),
    [
        ([], "unattributed"), (["sourced"], "sourced"), (["anonymous"], "anonymous"), (["denied"], "denied"),
        (["sourced", "anonymous"], "mixed"), (["anonymous", "denied"], "denied"), (["confirmed", "sourced"], "confirmed"),
        (["denied", "confirmed"], "contested"), (["responded"], "unattributed"),
    ],
)  # fmt: skip
def test_a_standing_is_a_rating_and_no_verdict(labels: list[str], standing: str) -> None:
    (review,) = reviews([document(labels)])
    rating = review["reviewRating"]
    assert (rating["ratingValue"], rating["alternateName"]) == RATINGS[standing]
    assert rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]
    assert "does not say whether the claim is true" in rating["ratingExplanation"]


def test_every_standing_has_its_own_place_on_the_scale() -> None:
    assert sorted(value for value, _ in RATINGS.values()) == list(range(1, 8))


def test_who_said_it_is_the_author_only_when_identified() -> None:
    (review,) = reviews([document(["sourced"])])
    assert review["itemReviewed"]["author"] == {"@type": "Person", "name": "Orrin"}
    (review,) = reviews([document(["anonymous"])])
    assert "author" not in review["itemReviewed"]


def test_a_claim_of_two_documents_appears_in_both_the_first_first() -> None:
    second, first = document(["anonymous", "denied"], 5, url="https://b.example/x"), document(["anonymous"], 2)
    (review,) = reviews([second, first])
    claim = review["itemReviewed"]
    assert [work["headline"] for work in claim["appearance"]] == ["Gate 2", "Gate 5"]
    assert claim["firstAppearance"] == claim["appearance"][0]
    assert claim["appearance"][1]["url"] == "https://b.example/x"
    assert claim["appearance"][1]["publisher"] == {"@type": "Organization", "name": "Courier"}
    assert review["reviewBody"].splitlines() == [
        "2026-03-02: anonymous (Courier, Gate 2)",
        "2026-03-05: denied (Courier, Gate 5)",
    ]


def test_claims_that_are_the_same_are_one_review() -> None:
    one, other = document(["sourced"], 2), document(["denied"], 3)
    words = "The barrier stopped"
    uid = next(iter(other.mentions))
    claims = {claim_uid(words): Claim(text=words)}
    other = structs.replace(
        other, claims=claims, mentions={uid: structs.replace(other.mentions[uid], claim=claim_uid(words))}
    )
    assert len(reviews([one, other])) == 2
    (review,) = reviews([one, other], (CLAIM, words))
    assert [work["headline"] for work in review["itemReviewed"]["appearance"]] == ["Gate 2", "Gate 3"]
    assert review["reviewRating"]["ratingValue"] == 1


def test_what_is_no_date_and_no_address_is_left_out() -> None:
    item = document(["sourced"], 1, url="javascript:alert(1)")
    (review,) = reviews([item])
    assert "url" not in review["itemReviewed"]["appearance"][0]


class Scripts(HTMLParser):
    """Gathers what stands in the scripts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def test_no_claim_ends_the_script_of_its_page() -> None:
    sheet = Sheet("made", TEXT, Document(title="</script><b>&amp;<!--", outlet="]]>"))
    sheet.mention("ana", "1", [Span(0, 3)], claim=sheet.claim("</SCRIPT ><img src=x>\u2028"))
    (review,) = reviews([sheet.done()])
    with tempfile.TemporaryDirectory() as folder, project_of([sheet.done()]) as ledger:
        out = Path(folder) / "a.jsonld"
        export(ledger.connection, out, name="claimreview")
        page = Scripts()
        page.feed(f'<script type="application/ld+json">{out.read_text("utf-8")}</script>')
    assert page.tags == ["script"]
    (inside,) = json.loads("".join(page.found))["@graph"]
    assert inside["claimReviewed"] == review["claimReviewed"] == "</SCRIPT ><img src=x>"
    assert inside["itemReviewed"] == review["itemReviewed"]


@pytest.mark.slow
@examples(25)
@given(items=projects())
def test_every_claim_of_any_project_is_reviewed_once(items: list[Annotated]) -> None:
    claims = {uid: claim.text for item in items for uid, claim in item.claims.items()}
    assert sorted(review["claimReviewed"] for review in reviews(items)) == sorted(claims.values())
