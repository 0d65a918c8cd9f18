"""The file of cues: what is read from it, and what is refused with which sentence."""

from pathlib import Path

import pytest
from onrecord.schema.errors import BadInput
from onrecord.suggest import cuebook
from onrecord.suggest.cuebook import english, read

ENGLISH = Path(cuebook.__file__).with_name("cues.toml").read_text("utf-8")


def test_every_form_of_a_verb_is_a_cue() -> None:
    verbs = english().verbs
    assert {form: verbs[form].form for form in ("say", "says", "said", "saying")} == {
        "say": "base",
        "says": "present",
        "said": "either",
        "saying": "going",
    }
    assert (verbs["wrote"].form, verbs["written"].form) == ("past", "participle")
    assert {verbs[form].lemma for form in ("deny", "denies", "denied", "denying")} == {"deny"}
    assert verbs["admitting"].effect == "admit"
    assert verbs["referred"].needs == {"to"}


def test_the_cues_are_read_once() -> None:
    assert english() is english()


def test_nouns_have_all_words_that_may_follow() -> None:
    assert {"that", "of"} <= english().nouns["accusation"]


def test_phrases_are_found_by_their_first_word() -> None:
    assert english().phrases["according"] == (("according", "to"),)


def test_cues_of_another_language_are_listed_form_by_form() -> None:
    other = (
        ENGLISH.replace('inflection = "english"', 'inflection = "none"')
        .replace('language = "en"', 'language = "de"')
        .replace('speak = """say add', 'speak = """say sagte behauptet add')
    )
    cues = read(other, "cues.de.toml")
    assert cues.language == "de"
    assert (cues.verbs["sagte"].lemma, cues.verbs["sagte"].form) == ("sagte", "either")
    assert "said" not in cues.verbs


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("language =", "language "), "Expected '='"),
        (('language = "en"', ""), "missing required field `language`"),
        (("[verbs]", "[verbs]\nmurmur = \"hum\""), "Invalid enum value 'murmur'"),
        (("[irregular]", '[irregular]\nhum = "hummed"'), "speaks of hum"),
        (("[effects]", "[effects]\nrepeat = \"say\""), "Invalid enum value 'repeat'"),
        (('inflection = "english"', 'inflection = "latin"'), "Invalid enum value 'latin'"),
        (("[grammar]", "[grammar]\nextra = \"word\""), "unknown field `extra`"),
    ],
)  # fmt: skip
def test_a_file_that_will_not_do_is_refused_with_a_sentence(change: tuple[str, str], words: str) -> None:
    assert change[0] in ENGLISH
    with pytest.raises(BadInput) as refused:
        read(ENGLISH.replace(*change, 1), "mine.toml")
    assert words in str(refused.value)
    assert str(refused.value).startswith("mine.toml")
    assert str(refused.value).endswith(".")
