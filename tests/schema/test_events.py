"""An event is its canonical bytes: one way to write it, one id, and nothing in it that the format does not know."""

import hashlib
import json
from typing import Any

import jsonschema
import pytest
import rfc8785
from examples import examples
from histories import DOCUMENTS, TEXTS, events, scene
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema import codebook, validity
from onrecord.schema import events as ev
from onrecord.schema.anchors import Anchor, anchor
from onrecord.schema.errors import InvalidEvent
from onrecord.schema.text import Span

STAMP = "019cad1d0000-0000"
SCHEMA = jsonschema.Draft202012Validator(ev.json_schema())
SHA = DOCUMENTS[0]
WORDS = (anchor(TEXTS[SHA], Span(4, 11)),)


def event(subject: str, data: ev.AnyValue, **more: Any) -> ev.AnyEvent:
    about: dict[str, Any] = {"v": 1, "annotator": "ana", "device": "d1", "seq": 1, "clock": STAMP, "subject": subject}
    kind: Any = ev.EVENTS[ev.KIND_OF[type(data)]]
    made: ev.AnyEvent = kind(**about | more, data=data)
    return made


def claim(**more: Any) -> ev.AnyEvent:
    return event("c1", ev.Claim(text="It stands."), **more)


def mention(**more: Any) -> ev.AnyEvent:
    return event("ana/m1", ev.Mention(document=SHA, spans=WORDS), **more)


def changed(of: ev.AnyEvent, *path: str | int, to: Any) -> bytes:
    """The canonical bytes of an event after one change that its types may not allow."""
    whole = json.loads(ev.canonical(of))
    place = whole
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return rfc8785.dumps(whole)


def refusal(body: bytes) -> str:
    with pytest.raises(InvalidEvent) as refused:
        validity.read_event(body)
    return str(refused.value)


# --- canonical bytes -----------------------------------------------------------------------------------------------


@examples(150)
@given(made=events(scene()))
def test_the_bytes_are_those_of_rfc_8785_and_say_the_same_again(made: ev.AnyEvent) -> None:
    body = ev.canonical(made)
    assert rfc8785.dumps(json.loads(body)) == body
    assert validity.read_event(body) == made == ev.trusted(body)
    assert ev.event_id(body) == hashlib.sha256(body).hexdigest()


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_every_character_is_written_as_rfc_8785_says(text: str) -> None:
    body = ev.canonical(event("c1", ev.Claim(text=text)))
    assert rfc8785.dumps(json.loads(body)) == body
    assert validity.read_event(body).data == ev.Claim(text=text)


def test_the_built_in_codebook_never_changes_its_bytes() -> None:
    # These events are in every project ever made; other bytes would give every merged project two codebooks.
    for made in codebook.genesis():
        assert validity.read_event(ev.canonical(made)) == made
    ids = "".join(ev.event_id(ev.canonical(made)) for made in codebook.genesis())
    assert hashlib.sha256(ids.encode()).hexdigest() == (
        "af80d9accb6ead00ff3daa207409f34e57db5cf0185abc971c623e0bf5441e12"
    )


def test_an_event_has_the_id_that_sha256_gives_its_bytes() -> None:
    body = (
        b'{"annotator":"ana","clock":"019cad1d0000-0000","data":{"text":"It stands."},'
        b'"device":"d1","kind":"claim","seq":1,"subject":"c1","v":1}'
    )
    assert ev.canonical(claim()) == body
    assert ev.event_id(body) == "8cda4825dd49e3b5ca938bd82fba6128314fc3e8aa550a7df438d5621ef8e6b2"


@examples(60)
@given(made=events(scene()), data=st.data())
def test_bytes_that_are_not_canonical_are_refused(made: ev.AnyEvent, data: st.DataObject) -> None:
    body = ev.canonical(made)
    whole = json.loads(body)
    other = data.draw(
        st.sampled_from(
            [
                json.dumps(whole).encode(),
                json.dumps(whole, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\n",
                json.dumps(dict(reversed(whole.items())), ensure_ascii=False, separators=(",", ":")).encode(),
                body.replace(b'"device":"', b'"device":"\\u0064', 1),
                body[:-1] + b',"v":1}',
                b" " + body,
            ]
        )
    )
    assert "canonical" in refusal(other)


def test_a_default_that_is_written_out_is_refused() -> None:
    assert "canonical" in refusal(changed(claim(), "parents", to=[]))
    assert "canonical" in refusal(changed(claim(), "data", "note", to=""))
    assert "canonical" in refusal(changed(claim(), "undoes", to=None))


@examples(100)
@given(made=events(scene()), data=st.data())
def test_a_flipped_bit_is_another_event_or_none(made: ev.AnyEvent, data: st.DataObject) -> None:
    body = bytearray(ev.canonical(made))
    body[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        read = validity.read_event(bytes(body))
    except InvalidEvent:
        return
    assert read != made
    assert ev.canonical(read) == bytes(body)
    assert ev.event_id(bytes(body)) != ev.event_id(ev.canonical(made))


@given(noise=st.binary(max_size=200))
def test_noise_is_refused_in_a_sentence(noise: bytes) -> None:
    assert refusal(noise)


# --- what the format does not know ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (changed(claim(), "mood", to="good"), "unknown field `mood`"),
        (changed(claim(), "data", "mood", to="good"), "unknown field `mood`"),
        (changed(mention(), "data", "spans", 0, "mood", to="good"), "unknown field `mood`"),
        (changed(claim(), "kind", to="opinion"), "'opinion'"),
        (changed(claim(), "v", to=2), "format 2, which a newer onrecord wrote"),
        (b'{"kind":"opinion","v":3}', "format 3, which a newer onrecord wrote"),
        (changed(claim(), "v", to=0), "not an event of format 1"),
        (changed(claim(), "seq", to=0), "`$.seq`"),
        (changed(claim(), "seq", to=2**53 - 1).replace(b"740991", b"740992"), "`$.seq`"),
        (changed(claim(), "seq", to=1.5), "`$.seq`"),
        (changed(claim(), "clock", to="yesterday"), "`$.clock`"),
        (changed(claim(), "clock", to=STAMP + "\n"), "`$.clock`"),
        (changed(claim(), "clock", to=STAMP.upper()), "`$.clock`"),
        (changed(claim(), "device", to="d@1"), "`$.device`"),
        (changed(claim(), "device", to=""), "`$.device`"),
        (changed(claim(), "undoes", to="everything"), "`$.undoes`"),
        (changed(claim(), "parents", to=["f00"]), "`$.parents[0]`"),
        (changed(claim(), "parents", to=["0" * 64 + "\n"]), "`$.parents[0]`"),
        (changed(claim(), "subject", to=""), "`$.subject`"),
        (changed(claim(), "subject", to="s" * 513), "`$.subject`"),
        (changed(claim(), "data", "text", to=""), "`$.data.text`"),
        (changed(claim(), "data", to=[]), "`$.data`"),
        (changed(mention(), "data", "spans", to=[]), "`$.data.spans`"),
        (changed(mention(), "data", "spans", 0, "start", to=-1), "`$.data.spans[0].start`"),
        (changed(mention(), "data", "polarity", to="doubts"), "`$.data.polarity`"),
        (b"[]", "object"),
        (b"", "truncated"),
        (b'{"v":1e999}', "not an event"),
        (b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "not an event"),
        (b'{"data":' + b'{"data":' * 200_000, "not an event"),
        (b"\xff" + ev.canonical(claim()), "not an event"),
        (ev.canonical(claim()).replace(b"It stands.", b"\xc3\x28"), "not an event"),
        (ev.canonical(claim()).replace(b"It stands.", b"\\ud800"), "not an event"),
    ],
)
def test_what_the_format_does_not_know_is_refused_with_its_place(body: bytes, says: str) -> None:
    assert says in refusal(body)


def test_what_is_too_long_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b"[" * (validity.MAX_EVENT_BYTES + 1)
    assert refusal(body) == "the event has 16,777,217 bytes; at most 16,777,216 are taken"
    monkeypatch.setattr(validity, "MAX_EVENT_BYTES", len(ev.canonical(claim())))
    assert validity.read_event(ev.canonical(claim())) == claim()


# --- the rules that types cannot say -------------------------------------------------------------------------------


def parts(*places: tuple[int, int, str]) -> tuple[Anchor, ...]:
    return tuple(Anchor(start=start, end=end, quote=quote, before="", after="") for start, end, quote in places)


def mark(**about: Any) -> ev.AnyEvent:
    return event("ana/m1/denied", ev.Mark(mention="ana/m1", label="denied", **about))


def code(axis: ev.Axis) -> ev.Label:
    return ev.Label(axis=axis, key="o", letter="O", glyph="◆", colour="#123456", position=9)


def withdrawal(kind: str, subject: str) -> ev.AnyEvent:
    return ev.EVENTS[kind](v=1, annotator="ana", device="d1", seq=1, clock=STAMP, subject=subject, data=None)


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (mention(annotator="bob"), "bob cannot write the mention 'ana/m1': it belongs to somebody else"),
        (mention(annotator="an"), "belongs to somebody else"),
        (
            event("ana/m1/denied", ev.Mark(mention="ana/m1", label="denied"), annotator="bob"),
            "bob cannot write the mark",
        ),
        (event(f"ana/{SHA}", ev.Submission(document=SHA, state="submitted"), annotator="bob"), "cannot write"),
        (event("ana/a1", ev.Adjudication(document=SHA, inputs=("ana/m1",)), annotator="bob"), "cannot write"),
        (claim(annotator="a/b"), "cannot name an annotator"),
        (claim(annotator=" ana"), "cannot name an annotator"),
        (claim(annotator="a\u202eb"), "cannot name an annotator"),
        (claim(parents=("b" * 64, "a" * 64)), "the parents are not sorted"),
        (claim(parents=("a" * 64, "a" * 64)), "name an event twice"),
        (event("c1", ev.Claim(text="a\0b")), "U+0000"),
        (event("c\0", ev.Claim(text="ab")), "U+0000"),
        (claim(device="d\0"), "U+0000"),
        (event("s1", ev.Source(name="A", note="\0")), "U+0000"),
        (mark(chain=(ev.Link(ground="\0"),)), "U+0000"),
        (event("0" * 63, ev.Document()), "a document's subject is the sha256 of its text"),
        (event("G" * 64, ev.Document()), "a document's subject is the sha256 of its text"),
        (event("denied", code(axis="neutral")), "'denied' is no label of neutral"),
        (event("denied", code(axis="origin")), "besides the four, all codes are neutral"),
        (event("odd", code(axis="response")), "'odd' is no label of response"),
        (withdrawal("label", "sourced"), "'sourced' cannot be withdrawn: the four labels always exist"),
        (event("ana/m2/denied", ev.Mark(mention="ana/m1", label="denied")), "its mention and its label"),
        (event("c1|same_as|c3", ev.ClaimRelation(claim="c1", relation="same_as", other="c2")), "CLAIM|RELATION|OTHER"),
        (event("c1|same_as|c1", ev.ClaimRelation(claim="c1", relation="same_as", other="c1")), "two different claims"),
        (event(f"ana/x/{SHA}", ev.Submission(document=SHA, state="flagged")), "its annotator and its document"),
        (event("ana/m1", ev.Mention(document=SHA, spans=parts((4, 6, "ab"), (5, 7, "cd")))), "offset 5"),
        (event("ana/m1", ev.Mention(document=SHA, spans=parts((4, 6, "ab"), (0, 2, "cd")))), "offset 0"),
        (event("ana/m1", ev.Mention(document=SHA, spans=parts((4, 6, "abc")))), "does not fit its quote of 3"),
        (event("ana/m1", ev.Mention(document=SHA, spans=parts((4, 4, "")))), "`$.data.spans[0].quote`"),
        (event("ana/m1", ev.Mention(document=SHA, spans=parts((6, 4, "ab")))), "6:4 does not fit its quote of 2"),
        (mark(chain=(ev.Link(spans=parts((1, 2, "ab"))),)), "1:2 does not fit"),
        (mark(chain=(ev.Link(cue=parts((1, 3, "a"))),)), "1:3 does not fit"),
        (mark(evidence=(ev.Evidence(spans=parts((2, 3, "ab"))),)), "2:3 does not fit"),
        (mark(evidence=(ev.Evidence(),)), "one of them"),
        (mark(evidence=(ev.Evidence(url="https://x", mention="ana/m2"),)), "one of them"),
    ],
)
def test_an_event_that_breaks_a_rule_is_refused(made: ev.AnyEvent, says: str) -> None:
    assert says in refusal(ev.canonical(made))


@pytest.mark.parametrize("kind", sorted(ev.EVENTS))
def test_a_withdrawal_of_every_kind_is_an_event(kind: str) -> None:
    made = withdrawal(kind, "ana/x")
    assert validity.read_event(ev.canonical(made)) == made
    assert ev.kind_of(made) == kind
    assert ev.act_of(made) == f"{STAMP}@d1"


# --- JSON Schema ---------------------------------------------------------------------------------------------------


def test_the_json_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(ev.json_schema())


@examples(60)
@given(made=events(scene()))
def test_the_json_schema_takes_every_event(made: ev.AnyEvent) -> None:
    SCHEMA.validate(json.loads(ev.canonical(made)))


@pytest.mark.parametrize(
    ("made", "path", "to"),
    [
        (claim(), ("mood",), "good"),
        (claim(), ("data", "mood"), "good"),
        (mention(), ("data", "spans", 0, "mood"), "good"),
        (mention(), ("data", "spans", 0, "start"), -1),
        (claim(), ("kind",), "opinion"),
        (claim(), ("kind",), "mention"),
        (claim(), ("v",), 2),
        (claim(), ("seq",), 0),
        (claim(), ("clock",), "yesterday"),
        (claim(), ("device",), "a@b"),
        (claim(), ("parents",), ["x"]),
        (claim(), ("data", "text"), ""),
        (mention(), ("data", "spans"), []),
        (mark(), ("data", "certainty"), 101),
    ],
)
def test_the_json_schema_refuses_what_the_program_refuses(
    made: ev.AnyEvent, path: tuple[str | int, ...], to: Any
) -> None:
    body = changed(made, *path, to=to)
    assert not SCHEMA.is_valid(json.loads(body))
    assert refusal(body)


@pytest.mark.parametrize("extra", ["", "{}", '{"id": 7, "tags": ["a"]}'])
def test_what_another_tool_keeps_is_one_json_object(extra: str) -> None:
    validity.check_extra(extra)


@pytest.mark.parametrize("extra", ["[]", "7", "{", "null", '{"a": ' * 100_000])
def test_anything_else_of_another_tool_is_refused(extra: str) -> None:
    with pytest.raises(InvalidEvent, match="not a JSON object"):
        validity.check_extra(extra)
