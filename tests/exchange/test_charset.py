"""Charsets: UTF-8 and marked texts for certain, others as well as bytes allow, and never a replaced character."""

import codecs

import pytest
from examples import examples
from hypothesis import example, given
from hypothesis import strategies as st
from onrecord.exchange.charset import decode
from onrecord.schema.errors import BadInput
from texts import texts

RUSSIAN = "Представители заявили, что не встречались с чиновниками. Это неправда, сказал он."
SAMPLES = {
    "cp1251": RUSSIAN,
    "koi8-r": RUSSIAN,
    "iso8859-5": RUSSIAN,
    "cp1252": "Le ministre a déclaré que l’accord était signé. « C’est faux », a-t-il dit à l’Élysée.",
    "latin-1": "Der Minister sagte, dass die Gespräche über die Brücke zu Ende seien. Größe, Übung.",
    "cp1253": "Ο εκπρόσωπος δήλωσε ότι η είδηση δεν είναι αληθινή.",
    "cp1254": "Sözcü bunun doğru olmadığını söyledi. Bakan, onlarla hiç görüşmediğini açıkladı.",
    "cp1256": "قال المتحدث إن الخبر غير صحيح",
    "shift_jis": "政府は、この報道は事実ではないと述べた。「会っていない」と広報官は語った。",
    "euc-jp": "政府は、この報道は事実ではないと述べた。「会っていない」と広報官は語った。",
    "gb18030": "政府表示，这一报道不属实。发言人说“没有见面”。",
    "euc-kr": "정부는 이 보도가 사실이 아니라고 밝혔다.",
}
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@given(texts)
@example("\ufeff\ufeffa")
@example("a\0b")
def test_utf8_is_utf8(text: str) -> None:
    decoded, charset = decode(text.encode())
    if "\0" not in text:
        assert (decoded, charset) == (text.removeprefix("\ufeff"), "utf-8")
    assert decode(codecs.BOM_UTF8 + text.encode(), "utf-8")[0] == text


@given(text=texts.filter(lambda text: "\0" not in text[:1]), charset=st.sampled_from(sorted(MARKS)))
def test_a_mark_decides_and_is_no_part_of_the_text(text: str, charset: str) -> None:
    assert decode(MARKS[charset] + text.encode(charset)) == (text, charset)


@pytest.mark.parametrize(("charset", "text"), SAMPLES.items(), ids=SAMPLES)
def test_other_charsets_are_made_out(charset: str, text: str) -> None:
    decoded, taken = decode(text.encode(charset))
    assert decoded == text
    assert taken != "utf-8"


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(charset: str) -> None:
    text = "The minister said that the report was false, and that he had never met them."
    assert decode(text.encode(charset)) == (text, charset)


def test_a_zero_in_a_text_stays_to_be_refused() -> None:
    assert decode(b"The minister\0said no") == ("The minister\0said no", "utf-8")
    assert decode(b"The minister\0said it!") == ("The minister\0said it!", "utf-8")


def test_a_declared_charset_is_believed_unless_it_cannot_be() -> None:
    data = "Größe".encode("cp850")
    assert decode(data, declared="cp850") == ("Größe", "cp850")
    assert decode("Größe".encode(), declared="cp850") == ("Größe", "utf-8")
    assert decode(SAMPLES["cp1252"].encode("cp1252"), declared="klingon")[0] == SAMPLES["cp1252"]
    assert decode(SAMPLES["cp1252"].encode("cp1252"), declared="ascii")[0] == SAMPLES["cp1252"]


@pytest.mark.parametrize("charset", ["klingon", "rot13", "hex", "", "utf-8\0", "idna" * 9])
def test_a_given_charset_that_is_none(charset: str) -> None:
    if charset:
        with pytest.raises(BadInput):
            decode(b"text", charset)


def test_bytes_that_are_not_what_was_given() -> None:
    with pytest.raises(BadInput, match="at byte 3"):
        decode(b"caf\xc3(", "utf-8")
    with pytest.raises(BadInput, match="not utf-16"):
        decode(b"abc", "utf-16-le")


@examples(40)
@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_without_loss_or_refused(data: bytes) -> None:
    try:
        text, charset = decode(data)
    except BadInput:
        return
    assert data.removeprefix(MARKS.get(charset, b"")).decode(charset, "strict") == text


@pytest.mark.parametrize(
    "text", ["Nuñez said René had paid £40 million.", "près de la forêt", "“Smart” — a dash’s end"]
)
def test_short_western_text_is_not_taken_for_central_european(text: str) -> None:
    assert decode(text.encode("cp1252")) == (text, "cp1252")
