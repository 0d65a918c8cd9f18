"""Likely sources: which phrases, what kind, how identified, and whom a re-mention means."""

from itertools import pairwise

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema.text import Span
from onrecord.suggest.sources import Candidate, candidates
from texts import PIECES


def one(text: str, words: str) -> Candidate:
    found = [candidate for candidate in candidates(text) if candidate.span.cut(text).replace("\u00a0", " ") == words]
    assert found, [candidate.span.cut(text) for candidate in candidates(text)]
    return found[0]


@pytest.mark.parametrize(
    ("text", "words", "kind", "identified"),
    [
        ("Ana Rui said it fell.", "Ana Rui", "person", "named"),
        ("Mr. Oswin Tarrant, 61, told reporters it fell.", "Mr. Oswin Tarrant", "person", "named"),
        ("Councillors shrugged, but Z\u00e9lie A\u030anderhof argued.", "Z\u00e9lie A\u030anderhof", "person", "named"),
        ("“It fell,” said Tarrant.", "Tarrant", "unknown", "named"),
        ("“It fell.”\n― Oswin Tarrant", "Oswin Tarrant", "person", "named"),
        ("The Dredgers said it fell.", "The Dredgers", "institution", "named"),
        ("According to the Port Board of Ostmere, it fell.", "the Port Board of Ostmere", "institution", "named"),
        ("The Tarrant campaign says it fell.", "The Tarrant campaign", "institution", "named"),
        ("The Water Board said it fell.", "The Water Board", "institution", "named"),
        ("Ostmere's Sun Herald newspaper this week quoted him.", "Ostmere's Sun Herald newspaper", "outlet", "named"),
        ("The Sunday Courier reported that it fell.", "The Sunday Courier", "outlet", "named"),
        ("A Danish newspaper reported that it fell.", "A Danish newspaper", "outlet", "described"),
        ("A Tarrant spokesman denied that.", "A Tarrant spokesman", "spokesperson", "named"),
        ("A spokeswoman for Tarrant denied that.", "A spokeswoman for Tarrant", "spokesperson", "named"),
        ("The leader of the party denied that.", "The leader of the party", "person", "described"),
        ("A spokeswoman denied that.", "A spokeswoman", "spokesperson", "described"),
        ("Harbour spokesman Piers Vandahl denied that.", "Harbour spokesman Piers Vandahl", "spokesperson", "named"),
        ("Tarrant's campaign chairman Bo Lund agreed.", "Tarrant's campaign chairman Bo Lund", "person", "named"),
        ("Newspaper group Lund Press said so.", "Newspaper group Lund Press", "person", "named"),
        ("It quoted an unnamed “army commander” as saying so.", "an unnamed “army commander”", "person", "described"),
        ("A Dane familiar with the talks said so.", "A Dane familiar with the talks", "person", "described"),
        ("A senior\u00a0Danish official was quoted saying so.", "A senior Danish official", "person", "described"),
        ("The report by a retired rigger claimed so.", "a retired rigger", "unknown", "described"),
        ("One rigger said it fell.", "One rigger", "unknown", "described"),
        ("Several hacking specialists say it fell.", "Several hacking specialists", "collective", "collective"),
        ("People familiar with the matter said so.", "People familiar with the matter", "collective", "collective"),
        ("Three officials close to Tarrant said so.", "Three officials close to Tarrant", "collective", "collective"),
        ("Two Danish officials said so.", "Two Danish officials", "collective", "collective"),
        ("Tarrant's family said so.", "Tarrant's family", "collective", "collective"),
        ("Some say it fell.", "Some", "collective", "collective"),
        ("Many Danes believe it fell.", "Many Danes", "collective", "collective"),
        ("A Dane said it fell.", "A Dane", "person", "described"),
        ("Sources say it fell.", "Sources", "collective", "bare"),
        ("A source told us it fell.", "A source", "person", "bare"),
        ("A military source told us it fell.", "A military source", "person", "described"),
        ("The mayor denied reports that it fell.", "reports", "unknown", "unspecified"),
        ("There were unconfirmed reports of a fall.", "unconfirmed reports", "unknown", "unspecified"),
        ("A new study found that it fell.", "A new study", "document", "described"),
        ("Recent polls show that it fell.", "Recent polls", "document", "collective"),
        ("The Lund poll showed a fall.", "The Lund poll", "document", "named"),
        ("Lund and Tarrant said it fell.", "Lund", "unknown", "named"),
        ("He's saying that it fell.", "He", "person", "unspecified"),
        ("TARRANT: It fell.", "TARRANT", "unknown", "named"),
    ],
)  # fmt: skip
def test_a_source_and_what_it_is(text: str, words: str, kind: str, identified: str) -> None:
    found = one(text, words)
    assert (found.kind, found.identified) == (kind, identified)


@pytest.mark.parametrize(
    "text",
    [
        "The bridge fell on Monday.",
        "Tarrant crossed the bridge. The CNN tower fell.",
        "The mayor walked (slowly, and at night",
        "He walked, as one does, to the bridge! The town slept.",
        "On Sunday Monday followed. In March it rained, it rained.",
        "",
        "\n \n",
    ],
)
def test_who_says_nothing_is_no_source(text: str) -> None:
    assert candidates(text) == []


@pytest.mark.parametrize(
    ("text", "words", "meant"),
    [
        ("A senior official said so. He said no more.", "He", "A senior official"),
        ("Ana Rui said so. A guard denied it. She said no more.", "She", "A guard"),
        ("The Dredgers denied it. Bo Lund agreed. It said no more.", "It", "The Dredgers"),
        ("Lund said so. It said no more.", "It", "Lund"),
        ("Two officials said so. They said no more.", "They", "Two officials"),
        ("He said so. He said no more.", "He", None),
        ("The official said so.", "The official", None),
        ("An official said so. Bo Lund agreed. The official said no more.", "The official", "An official"),
        ("President Bo Lund said so. The president said no more.", "The president", "President Bo Lund"),
        ("Lund Works said so. The company said no more.", "The company", None),
        ("The Lund Works said so. Bo Lund denied it. The company said no more.", "The company", "The Lund Works"),
        ("Askerby said so. The company said no more.", "The company", "Askerby"),
        ("Its spokeswoman, Ana Rui, said so.", "Its spokeswoman", "Ana Rui"),
        ("Ana Rui said so. Bo Rui denied it. Ms Rui said no more.", "Ms Rui", "Bo Rui"),
        ("Rui denied it. Ana Rui said so.", "Rui", "Ana Rui"),
        ("Bo Rui denied it. Ana Rui said so.", "Ana Rui", None),
        ("A newspaper reported it. The Evening Herald newspaper said no more.", "A newspaper",
         "The Evening Herald newspaper"),
        ("A newspaper reported it. Nobody said more.", "A newspaper", None),
        ("A guard said so. A guard denied it.", "A guard", None),
    ],
)  # fmt: skip
def test_whom_a_remention_means(text: str, words: str, meant: str | None) -> None:
    found, every = one(text, words), candidates(text)
    assert (every[found.same_as].span.cut(text) if found.same_as is not None else None) == meant
    if found.same_as is not None:
        assert found.identified == every[found.same_as].identified


def test_a_remention_is_what_it_means() -> None:
    text = "Herald Says Bridge Fell\n\nA newspaper said so. The\u00a0Evening Herald said no more. It denied it."
    herald = one(text, "The Evening Herald")
    newspaper = one(text, "A newspaper")
    assert (herald.kind, herald.identified, herald.name) == ("outlet", "named", "Evening Herald")
    assert (newspaper.kind, newspaper.identified, newspaper.name) == ("outlet", "named", "newspaper")


def test_names_say_who_without_article_quotes_or_line_ends() -> None:
    assert one("It quoted an unnamed “senior\u00a0commander” as saying so.", "an unnamed “senior commander”").name == (
        "unnamed senior commander"
    )
    assert (
        one("Ostmere’s Evening Herald newspaper said so.", "Ostmere’s Evening Herald newspaper").name
        == "Evening Herald"
    )
    assert one("Tarrant’s said to be rich. Nobody said so.", "Tarrant").name == "Tarrant"


def test_a_part_of_a_text_keeps_its_offsets() -> None:
    text = "Bo Lund denied it. Ana Rui said so. He said no more."
    part = Span(text.index("Ana"), len(text))
    assert [candidate.span for candidate in candidates(text, part)] == [Span(19, 26), Span(36, 38)]
    assert candidates(text, part)[1].same_as == 0


def test_a_name_with_a_word_twice_leads_nowhere_round() -> None:
    text = "Lund Bo Lund said so. Bo Lund denied it. Lund agreed. Lund Lund Bo Lund insisted."
    assert [candidate.same_as for candidate in candidates(text)] == [None, 0, 0, 0]


WORDS = st.sampled_from(
    "the a The one Ana Lund Dane Bo's Mr. he He's it they official officers officer's spokesman newspaper sources "
    "reports said told according to by with of for and quoted senior unnamed familiar close matter talks Evening "
    'Herald , . : " “ ( ) - \n'.split(" ")
) | st.sampled_from(PIECES)


@examples(500)
@given(st.lists(WORDS, max_size=60), st.sampled_from([" ", "\u00a0", ""]))
def test_candidates_are_in_order_apart_and_lead_to_one_that_stands_for_itself(words: list[str], space: str) -> None:
    text = space.join(words)
    found = candidates(text)
    for before, after in pairwise(found):
        assert before.span.end <= after.span.start
    for candidate in found:
        assert candidate.span.within(text)
        assert candidate.name
        assert not candidate.span.cut(text)[0].isspace()
        if candidate.same_as is not None:
            assert found[candidate.same_as].same_as is None
            assert found[candidate.same_as].identified == candidate.identified
