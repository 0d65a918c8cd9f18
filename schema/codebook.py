"""The codebook that every project starts with: four labels, one neutral code, their kinds and their guidelines.

In the file it is data: label events that are the same in every project, so that merging projects never doubles them.
A team adds neutral codes and kinds, or rewords a guideline, with label events of its own.
"""

from .clock import GENESIS
from .events import FORMAT, Kind, Label, LabelEvent

AUTHOR = "onrecord"
"""The annotator name that the built-in codebook is signed with; nobody else can use it."""
DEVICE = "builtin"


BUILT_IN: dict[str, Label] = {
    "sourced": Label(
        axis="origin",
        key="s",
        letter="S",
        glyph="●",
        colour="#56b4e9",
        position=1,
        guideline=(
            "The origin of the claim, the deepest link of its chain, can be identified from the document itself: "
            "a named person, body or document, or a spokesperson for a named body. Label the origin, not the "
            "messenger. What a party says about itself is sourced; that is not a confirmation. Use no outside "
            "knowledge."
        ),
        examples=(
            '"The dam is safe," said the engineer Ana Rui. → sourced, person',
            "A harbour authority spokesman said the crane had been inspected. → sourced, spokesperson",
            "The ministry's annual report puts the loss at nine million. → sourced, document",
        ),
        kinds=(
            Kind(kind="person", gloss="a person with a name"),
            Kind(kind="spokesperson", gloss="somebody who speaks for a named body, named or not"),
            Kind(kind="organisation", gloss="a named body speaking as such"),
            Kind(kind="document", gloss="a named document, record or data set"),
        ),
    ),
    "anonymous": Label(
        axis="origin",
        key="a",
        letter="A",
        glyph="○",
        colour="#e69f00",
        position=2,
        guideline=(
            "An origin is signalled, but the document never identifies it. Look through the whole document before "
            "you decide: a newspaper named in the lead may turn out to rest on an unnamed officer further down. "
            "Ten outlets that relay one unnamed officer are still one anonymous origin."
        ),
        examples=(
            "A senior harbour official said the crane had failed before. → anonymous, described",
            "People familiar with the talks expect a deal. → anonymous, collective",
            "Sources say the deal is done. → anonymous, bare",
            "The minister is said to have left the room. → anonymous, unspecified",
        ),
        kinds=(
            Kind(kind="described", gloss='by role or rank: "a senior official"'),
            Kind(kind="collective", gloss='a group: "people familiar with the matter"'),
            Kind(kind="bare", gloss='nothing but the word: "sources"'),
            Kind(kind="unspecified", gloss='no one at all: "reports", "is said to"'),
        ),
    ),
    "denied": Label(
        axis="response",
        key="d",
        letter="D",
        glyph="✗",
        colour="#d55e00",
        position=3,
        guideline=(
            "A party with standing says that this very claim is false, or says something that entails it. A "
            "denial of one claim is no denial of its neighbour, and standing next to a denial in the lead is none "
            "either. If only a part is denied, split off a narrower claim and mark that one. The denial itself is "
            "also a mention: of the opposite claim, which contradicts this one."
        ),
        examples=(
            '"We never met them," the company said. → denied, flat_denial',
            '"No money changed hands in April," she said. → denied, scoped_denial, of a narrower claim',
            "The paper has withdrawn the story. → denied, retraction",
        ),
        kinds=(
            Kind(kind="flat_denial", gloss="the claim as a whole is called false"),
            Kind(kind="scoped_denial", gloss="only as far as it goes: a time, a place, a role"),
            Kind(kind="counter_claim", gloss="something is asserted that cannot be true together with it"),
            Kind(kind="retraction", gloss="who said it takes it back"),
        ),
    ),
    "confirmed": Label(
        axis="response",
        key="c",
        letter="C",
        glyph="✓",
        colour="#009e73",
        position=4,
        guideline=(
            "A party other than the origin affirms this very proposition, or its subject admits it. More relays "
            "of the same origin confirm nothing, and a party's statement about itself is sourced, not confirmed. "
            "Confirmed does not mean true: it says who stands behind the claim."
        ),
        examples=(
            "The mayor conceded that the letter was hers. → confirmed, admission",
            "The tender, seen by this newspaper, names the firm. → confirmed, documentary",
        ),
        kinds=(
            Kind(kind="official", gloss="a competent authority affirms it"),
            Kind(kind="admission", gloss="whom the claim is about admits it"),
            Kind(kind="independent", gloss="a second origin with knowledge of its own"),
            Kind(kind="documentary", gloss="a record or document shows it"),
        ),
    ),
    "responded": Label(
        axis="neutral",
        key="r",
        letter="R",
        glyph="◇",
        colour="#999999",
        position=5,
        guideline=(
            "An answer that neither denies nor confirms: no comment, no reply, or a remark that steps around the "
            "claim. It is kept, because it is on the record, and it never changes a claim's standing."
        ),
        examples=(
            'The spokesman called the question "a matter for historians". → responded, non_denial',
            "The company declined to comment. → responded, declined_comment",
        ),
        kinds=(
            Kind(kind="non_denial", gloss="sounds like a denial and is none"),
            Kind(kind="declined_comment", gloss="refused to comment"),
            Kind(kind="no_response", gloss="did not answer"),
            Kind(kind="neither_confirm_nor_deny", gloss="said that it would do neither"),
            Kind(kind="deny_knowledge", gloss="says that it does not know of it"),
            Kind(kind="source_attack", gloss="attacks whoever said it, not what was said"),
        ),
    ),
}


def genesis() -> list[LabelEvent]:
    """The events that state the built-in codebook: the same bytes in every project."""
    return [
        LabelEvent(
            v=FORMAT, annotator=AUTHOR, device=DEVICE, seq=label.position, clock=GENESIS, subject=name, data=label
        )
        for name, label in BUILT_IN.items()
    ]
