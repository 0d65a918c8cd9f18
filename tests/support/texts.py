"""Texts that break careless code: what hypothesis draws for every offset test."""

from hypothesis import strategies as st

PIECES = (
    *"aBzé ßİẞ0_\t\n.,'’\"“”«-–()!?:",
    *"\r\x0b\x1c\x85\u2028\u2029\x07\x1b\x7f\x9b",
    *"\u00a0\u202f\u2009\u3000\u00ad\u200b\u200c\u200d\ufeff\u202e\u2066\u2069",
    *"e\u0301\u20e3\ufe0f\U0001f3fb\u0e01\u0e33\u1100\u1161\uac01\uff9e\u0600\u0915\u094d\u0937",
    *"漢字カタカナひらがな。！」ไทยשלוםعربي",
    *"👩👧🇫🇷𝔸𐍈\U000e0041\ue000\U0010ffff\u0378",
    "👩\u200d👩\u200d👧",
    "\r\n",
    "\n\n",
    " Mr. Orr",
    " the U.S. He",
    " p.m. Then",
    "3,000.50",
    "Go! ",
    "[bold]",
    "\x1b]52;c;AA==\x07",
)

texts = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=["Cs"], exclude_characters="\0")).map(
    "".join
)
"""Storable texts full of emoji, marks, wide and invisible characters, odd spaces, right-to-left letters, controls."""


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, int, int]:
    """A text that is not empty, with the start and end of a span in it."""
    text = draw(texts.filter(len))
    start = draw(st.integers(0, len(text) - 1))
    return text, start, draw(st.integers(start + 1, len(text)))
