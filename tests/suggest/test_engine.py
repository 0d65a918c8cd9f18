"""The rules of attribution one by one: what is said, by whom, through which cue, and which label that gets."""

from itertools import pairwise

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema.codebook import BUILT_IN
from onrecord.suggest.engine import ENGINE, Suggestion, suggest
from texts import PIECES, texts


def shown(text: str, suggestion: Suggestion) -> tuple[str, str]:
    """What is said, its pieces joined by "…", and the chain as source/cue, its links joined by " > "."""
    said = "…".join(span.cut(text) for span in suggestion.spans)
    chain = " > ".join(
        "+".join(span.cut(text) for span in link.spans) + "/" + "+".join(span.cut(text) for span in link.cue)
        for link in suggestion.chain
    )
    return said, chain


def only(text: str) -> Suggestion:
    found = suggest(text)
    assert len(found) == 1, [shown(text, one) for one in found]
    return found[0]


@pytest.mark.parametrize(
    ("rule", "text", "said", "chain"),
    [
        ("quotation, verb first", "“It fell,” said Ana Rui.", "“It fell,”", "Ana Rui/said"),
        ("quotation, verb first", "“It fell,” said Ana Rui. “Twice.”", "“It fell,”…“Twice.”", "Ana Rui/said"),
        ("quotation, verb first", "‘It fell,’ said Ana Rui.", "‘It fell,’", "Ana Rui/said"),
        ("quotation, verb first", "''It fell,'' said Ana Rui.", "''It fell,''", "Ana Rui/said"),
        ("quotation, verb first", '"It fell," said\u00a0Ana\u00a0Rui.', '"It fell,"', "Ana\u00a0Rui/said"),
        ("quotation, then who", "“It fell. Twice,” Ana Rui said.", "“It fell. Twice,”", "Ana Rui/said"),
        ("quotation, then who", "“The crane,” Ana Rui said, “fell.”", "“The crane,”…“fell.”", "Ana Rui/said"),
        ("quotation, then who", "“It fell,” Rui said.\n\n“Twice.”", "“It fell,”…“Twice.”", "Rui/said"),
        ("quotation, then who", "The crane “fell over,” Rui said.", "The crane “fell over,”", "Rui/said"),
        ("quotation, then who", "“He said it fell,” Ana Rui told us.", "“He said it fell,”", "Ana Rui/told"),
        ("who, then quotation", "Ana Rui said: “It fell. Twice.”", "“It fell. Twice.”", "Ana Rui/said:"),
        ("who, then quotation", "Ana Rui added, “It fell.” “Twice.”", "“It fell.”…“Twice.”", "Ana Rui/added"),
        ("clause after", "Ana Rui said the crane fell.", "the crane fell", "Ana Rui/said"),
        ("clause after", "Ana Rui has never said that it fell.", "that it fell", "Ana Rui/has never said"),
        ("clause after", "Ana Rui said in an interview with the Herald that it fell.", "that it fell", "Ana Rui/said"),
        ("clause after", "Ana Rui said, however, that it fell.", "that it fell", "Ana Rui/said"),
        ("clause after", "Ana Rui told reporters in Ostmere that it fell.", "that it fell", "Ana Rui/told"),
        ("clause after", "Ana Rui, who built it, said it fell.", "it fell", "Ana Rui/said"),
        ("clause after", "Ana Rui (67) said it fell.", "it fell", "Ana Rui/said"),
        ("clause after", "The riggers hope to mend it.", "to mend it", "The riggers/hope"),
        ("clause after", "On Monday, Ana Rui said, the crane fell.", "the crane fell", "Ana Rui/said"),
        ("clause before", "The crane fell twice, Ana Rui said on Monday.", "The crane fell twice", "Ana Rui/said on Monday"),
        ("clause before, verb first", "The crane fell twice, said Ana Rui.", "The crane fell twice", "Ana Rui/said"),
        ("clause broken by who", "The crane, Ana Rui said, fell twice.", "The crane…fell twice", "Ana Rui/said"),
        ("according to", "According to Ana Rui, the crane fell.", "the crane fell", "Ana Rui/According to"),
        ("according to", "The crane fell, according to two riggers.", "The crane fell", "two riggers/according to"),
        ("relay", "The Herald quoted a rigger as saying that it fell.", "that it fell",
         "The Herald/quoted > a rigger/as saying"),
        ("relay in the passive", "A rigger was quoted by the Herald as saying it fell.", "it fell",
         "the Herald/was quoted > A rigger/as saying"),
        ("relay in the passive", "A rigger was quoted saying it fell.", "it fell", "/was quoted > A rigger/saying"),
        ("clause after", "The Herald, citing two riggers, reported that it fell.", "that it fell",
         "The Herald/reported > two riggers/citing"),
        ("clause after", "The Herald reported that it fell, citing two riggers.", "that it fell",
         "The Herald/reported > two riggers/citing"),
        ("clause after", "The Herald said a rigger had told it that it fell.", "a rigger had told it that it fell",
         "The Herald/said > a rigger/had told"),
        ("said by nobody", "Ana Rui is said to have left.", "Ana Rui…to have left", "/is said"),
        ("said by nobody", "It was reported that Rui left.", "that Rui left", "/was reported"),
        ("hearsay adverb", "Ana Rui reportedly left.", "Ana Rui…left", "/reportedly"),
        ("unnamed reports", "There were rumours that the crane fell.", "that the crane fell", "rumours/"),
        ("noun of saying", "There was Rui’s claim that it fell.", "that it fell", "Rui’s/claim"),
        ("as somebody said", "As Ana Rui said, the crane fell.", "the crane fell", "Ana Rui/said"),
        ("as somebody said", "The crane fell, as Ana Rui said.", "The crane fell", "Ana Rui/said"),
        ("thing before", "Here stood the crane that Ana Rui hated.", "the crane", "Ana Rui/hated"),
        ("thing after", "Ana Rui criticised the crane because it fell.", "the crane", "Ana Rui/criticised"),
        ("passive with by", "The crane was criticised by Ana Rui.", "The crane", "Ana Rui/was criticised"),
        ("told in the passive", "Ana Rui was told that it fell.", "that it fell", "/was told"),
        ("no answer", "Ana Rui could not be reached for comment.", "for comment", "Ana Rui/could not be reached"),
        ("transcript", "Ana Rui: It fell. Twice.\n", "It fell. Twice.", "Ana Rui/:"),
    ],
)  # fmt: skip
def test_each_rule(rule: str, text: str, said: str, chain: str) -> None:
    found = only(text)
    assert found.rule == rule
    assert shown(text, found) == (said, chain)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Rui said it fell and added that nobody helped.", ["it fell", "that nobody helped"]),
        ("Rui said it fell, adding that nobody helped.", ["it fell", "that nobody helped"]),
        ("Rui said it fell while the mayor denied that.", ["it fell", "that"]),
        ("Rui said it fell, but the mayor said it stood.", ["it fell", "it stood"]),
        ("“It fell,” Rui said. “It stood,” Lund said.", ["“It fell,”", "“It stood,”"]),
        ("Rui, who said it fell, said it stood.", ["it fell", "it stood"]),
    ],
)
def test_where_one_report_ends_and_the_next_begins(text: str, said: list[str]) -> None:
    assert [shown(text, one)[0] for one in suggest(text)] == said


@pytest.mark.parametrize(
    "text",
    [
        "The crane fell on Monday.",
        "The claims were many. A report lay on the desk. Her views of the sea were fine.",
        "“The Old Crane” is a tavern.",
        "The plan that she says is dead was old.",
        "The State Council met. The Washing Post stood.",
        "",
        " \n\n ",
        "said",
        "“",
        "said said said",
    ],
)
def test_what_nobody_says(text: str) -> None:
    assert suggest(text) == []


@pytest.mark.parametrize(
    ("text", "label", "kind"),
    [
        ("Ana Rui said it fell.", "sourced", "person"),
        ("The mayor said it fell.", "sourced", "person"),
        ("A Tarrant spokesman said it fell.", "sourced", "spokesperson"),
        ("A harbour authority spokesman said it fell.", "sourced", "spokesperson"),
        ("The Harbour Board said it fell.", "sourced", "organisation"),
        ("The ministry said it fell.", "sourced", "organisation"),
        ("The Evening Herald reported that it fell.", "sourced", "organisation"),
        ("The Lund survey said it fell.", "sourced", "document"),
        ("A senior harbour official said it fell.", "anonymous", "described"),
        ("A spokeswoman said it fell.", "anonymous", "described"),
        ("People familiar with the talks said it fell.", "anonymous", "collective"),
        ("Two officials said it fell.", "anonymous", "collective"),
        ("Sources say it fell.", "anonymous", "bare"),
        ("It was reported that it fell.", "anonymous", "unspecified"),
        ("The Herald quoted an unnamed rigger as saying it fell.", "anonymous", "described"),
        ("“The crane is said to have fallen,” the Herald said.", "anonymous", "unspecified"),
        ("The mayor denied that it fell.", "denied", "flat_denial"),
        ("The mayor dismissed the report as false.", "denied", "flat_denial"),
        ("The mayor said the allegations were not true.", "denied", "flat_denial"),
        ("The mayor denied any part in the sale.", "denied", "scoped_denial"),
        ("The company countered that it never fell.", "denied", "counter_claim"),
        ("The Evening Herald has withdrawn the story.", "denied", "retraction"),
        ("The ministry confirmed that it fell.", "confirmed", "official"),
        ("The mayor conceded that it fell.", "confirmed", "admission"),
        ("The Herald independently confirmed that it fell.", "confirmed", "independent"),
        ("Court records confirmed that it fell.", "confirmed", "documentary"),
        ("The mayor dismissed the claims as nonsense.", "responded", "non_denial"),
        ("The mayor did not deny that it fell.", "responded", "non_denial"),
        ("It quoted a harbour spokesman as saying the reports were “not relevant”.", "responded", "non_denial"),
        ("The mayor declined to comment on the sale.", "responded", "declined_comment"),
        ("The mayor refused to say whether it fell.", "responded", "declined_comment"),
        ("The company did not respond to a request for comment.", "responded", "no_response"),
        ("The company could not be reached for comment.", "responded", "no_response"),
        ("The ministry neither confirmed nor denied the sale.", "responded", "neither_confirm_nor_deny"),
        ("The ministry would not confirm or deny the sale.", "responded", "neither_confirm_nor_deny"),
        ("The mayor denied knowledge of the sale.", "responded", "deny_knowledge"),
        ("The mayor said she was not aware of any sale.", "responded", "deny_knowledge"),
        ("“He is a liar,” the mayor said.", "responded", "source_attack"),
    ],
)
def test_each_label_and_kind(text: str, label: str, kind: str) -> None:
    found = only(text)
    assert (found.label, found.kind) == (label, kind)


def test_denied_reports_are_anonymous_and_denied() -> None:
    text = "The mayor denied reports that the crane fell."
    denied, reported = suggest(text)
    assert denied.spans == reported.spans
    assert (denied.label, reported.label, reported.kind) == ("denied", "anonymous", "unspecified")
    assert shown(text, reported) == ("that the crane fell", "reports/")


def test_a_pronoun_and_a_short_name_stand_for_the_fuller_name() -> None:
    first, second, third = suggest("Ana Rui said it fell. Rui said it stood. “It lay,” she said.")
    assert [one.chain[0].name for one in (first, second, third)] == ["Ana Rui"] * 3
    assert third.confidence > first.confidence


def test_a_pronoun_for_nobody_is_less_sure() -> None:
    assert only("She said it fell.").confidence < only("Ana Rui said it fell.").confidence


def test_an_outlet_has_its_story_from_the_origin_named_further_down() -> None:
    text = (
        "The mayor secretly met the bridge builder, a local newspaper reported.\n\n"
        "The Evening Herald newspaper quoted a senior guard as saying that the mayor met the bridge builder secretly."
    )
    first, second = suggest(text)
    assert [link.name for link in first.chain] == ["Evening Herald", "senior guard"]
    assert [link.relay for link in first.chain] == [True, False]
    assert (first.label, first.kind) == (second.label, second.kind) == ("anonymous", "described")
    assert first.chain[1].spans == ()


def test_a_relative_pronoun_is_shown_beside_its_source() -> None:
    text = "The riggers who said it fell were gone."
    found = only(text)
    assert shown(text, found)[1] == "The riggers+who/said"


def test_the_engine_has_a_name_and_a_version() -> None:
    assert ENGINE.split()[-1].isdigit()


# ------------------------------------------------------------------ any text

WORDS = st.sampled_from(
    "Ana Rui Lund the a harbour official officials spokesman reports claim that who and but it she they said says say "
    "told reporters quoted as saying according to denied reportedly is was been not never to by of for in on Monday "
    "did respond comment confirmed nor false “ ” ‘ ’ \" ' '' , . : ; ( ) — ! \n \n\n".split(" ")
) | st.sampled_from(PIECES)


def check(text: str) -> None:
    found = suggest(text)
    for suggestion in found:
        assert suggestion.kind in {kind.kind for kind in BUILT_IN[suggestion.label].kinds}
        assert 0 < suggestion.confidence <= 100
        assert suggestion.chain
        assert suggestion.spans
        for before, after in pairwise(suggestion.spans):
            assert before.end <= after.start
        for link in suggestion.chain:
            assert bool(link.name) or not link.spans
            assert all(span.within(text) for span in (*link.spans, *link.cue))
        assert all(span.within(text) and span.cut(text).strip() for span in suggestion.spans)
    assert found == sorted(found, key=lambda one: one.spans)


@examples(400)
@given(st.lists(WORDS, max_size=60), st.sampled_from([" ", "\u00a0", "", "\n"]))
def test_whatever_looks_like_news_gives_sound_suggestions(words: list[str], space: str) -> None:
    check(space.join(words))


@given(texts)
def test_any_text_is_safe(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    "piece",
    ["“", '"', "''", "said ", "said, ", "Ana Rui said ", "according to ", "the a ", "\n", "(", "reports that ", "A. ",
     "not ", "who said ", "and said ", "“It fell,” Rui said. ", "Rui: ", ".", "'s ", "the crane of ", "A B Rui said. ",
     "It said. They said. He said. ", "“a”\n\n"],
)  # fmt: skip
def test_a_long_text_of_one_thing_is_read_to_its_end(piece: str) -> None:
    check(piece * 4000)
