"""Who says so by single keys: letters, known sources, nobody, the same as; from the writer to the origin."""

from onrecord.schema.records import Source
from onrecord.schema.text import Span
from onrecord.suggest.sources import candidates
from onrecord.tui.chain_picker import ChainPicker
from onrecord.tui.drafts import LinkDraft

TEXT = (
    "The Mercury quoted a harbour official as saying that the gate stopped short.\n\n"
    'He said the council was never told. "Nobody asked," said Ana Rui.'
)

SAID = Span(TEXT.index("He said") + 3, TEXT.index("He said") + 7)


def span(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def picker(content: str = "the gate stopped short", chain: tuple[LinkDraft, ...] = ()) -> ChainPicker:
    known = [Source(1, "u1", "The Dispatch", "outlet", None, ""), Source(2, "u2", "a clerk", "person", 6, "")]
    speakers = [LinkDraft(source_uid="u2", source="a clerk", identified="bare")]
    return ChainPicker(TEXT, span(content), candidates(TEXT), known, speakers, chain, Span(0, len(TEXT)))


def press_over(chosen: ChainPicker, words: str) -> None:
    for letter in chosen.hints()[TEXT.index(words)]:
        chosen.press(letter)


def test_two_presses_make_a_chain_with_its_cues() -> None:
    chosen = picker()
    press_over(chosen, "The Mercury")
    press_over(chosen, "a harbour official")
    outlet, official = chosen.chain
    assert (outlet.source, outlet.identified, outlet.cue) == ("Mercury", "named", (span("quoted"),))
    assert (official.identified, official.spans, official.cue) == (
        "described",
        (span("a harbour official"),),
        (span("as saying"),),
    )


def test_a_pronoun_speaks_as_whom_it_stands_for() -> None:
    chosen = picker("the council was never told")
    press_over(chosen, "He said")
    (link,) = chosen.chain
    assert link.source == "harbour official"
    assert link.spans == (Span(TEXT.index("He"), TEXT.index("He") + 2),)


def test_digits_take_known_sources_and_zero_nobody() -> None:
    chosen = picker()
    for key in "120":
        chosen.press(key)
    assert [(link.source_uid, link.identified) for link in chosen.chain] == [
        ("u1", "named"),
        ("u2", "bare"),
        (None, "unspecified"),
    ]
    chosen.press("9")
    assert len(chosen.chain) == 3, "a digit without a source does nothing"


def test_same_as_keeps_the_words_and_changes_who_it_is() -> None:
    chosen = picker()
    chosen.press("=")
    assert not chosen.same, "there is no last link yet"
    press_over(chosen, "Ana Rui")
    chosen.press("=")
    chosen.press("1")
    (link,) = chosen.chain
    assert (link.source_uid, link.source, link.spans) == ("u1", "The Dispatch", (span("Ana Rui"),))
    assert not chosen.same


def test_links_can_be_dropped_words_added_and_cues_changed() -> None:
    before = LinkDraft(source="Somebody", identified="named")
    chosen = picker(chain=(before,))
    chosen.add_words(span("the council"))
    chosen.set_cue(span("never told"))
    assert [link.source for link in chosen.chain] == ["Somebody", "council"]
    assert chosen.chain[1].cue == (span("never told"),)
    chosen.drop()
    assert chosen.chain == [before]
    chosen.drop()
    chosen.drop()
    chosen.set_cue(span("said"))
    assert chosen.chain == []


def test_words_that_are_a_candidate_are_taken_as_one() -> None:
    chosen = picker()
    chosen.add_words(span("Ana Rui"))
    assert chosen.chain[0].identified == "named"


def test_whoever_spoke_already_is_not_made_a_second_source() -> None:
    spoke = LinkDraft(
        source_uid="u7", source="a harbour official", source_kind="person", identified="described",
        relay=True, ground="background", spans=(span("a harbour official"),), cue=(span("as saying"),),
    )  # fmt: skip
    chosen = ChainPicker(
        TEXT, span("the council was never told"), candidates(TEXT), [], [spoke], (), Span(0, len(TEXT))
    )
    press_over(chosen, "He said")
    (link,) = chosen.chain
    assert (link.source_uid, link.source, link.identified) == ("u7", "a harbour official", "described")
    assert (link.relay, link.ground, link.cue) == (False, "", (SAID,))
