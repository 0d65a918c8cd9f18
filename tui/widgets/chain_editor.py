"""The chain behind a mark as a list to work on: from the one nearest the writer to the origin."""

from collections.abc import Iterable, Sequence

from msgspec import structs
from textual import on
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from ..drafts import LinkDraft, quoted
from .mention_card import one_line
from .options import Options
from .wording import in_quotes

_SHORTENED = 60


class ChainEditor(Options):
    """Shows a chain, moves and removes its links. To write or change one is for whoever gets `Wanted`."""

    HINT = "↵ change  a add behind  x remove  J K move"
    BINDINGS = [  # noqa: RUF012 - as Textual declares them
        Binding("a,insert", "add", show=False),
        Binding("x,delete,backspace", "remove", show=False),
        Binding("J,shift+down", "move(1)", show=False),
        Binding("K,shift+up", "move(-1)", show=False),
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
    ]

    class Changed(Message):
        """The chain is another one now."""

    class Wanted(Message):
        """A link is to be changed, or with no draft a new one to be put at this position (from 0)."""

        def __init__(self, editor: "ChainEditor", at: int, draft: LinkDraft | None) -> None:
            super().__init__()
            self.editor, self.at, self.draft = editor, at, draft

    def __init__(self, chain: Iterable[LinkDraft], text: str, *, disabled: bool = False) -> None:
        super().__init__(compact=True, markup=False, disabled=disabled)
        self.chain = tuple(chain)
        self._text = text

    def on_mount(self) -> None:
        """Show the chain."""
        self._show(0)

    # ------------------------------------------------------------------ changing

    def put(self, at: int, link: LinkDraft, *, new: bool) -> None:
        """Put a link at a position: in the place of the one there, or before it."""
        self._take((*self.chain[:at], link, *self.chain[at if new else at + 1 :]), at)

    def action_add(self) -> None:
        """Ask for a new link behind the highlighted one."""
        at = self.highlighted
        self.post_message(self.Wanted(self, len(self.chain) if at is None else min(at + 1, len(self.chain)), None))

    def action_remove(self) -> None:
        """Take the highlighted link away."""
        at = self.highlighted
        if at is not None and at < len(self.chain):
            self._take((*self.chain[:at], *self.chain[at + 1 :]), at)

    def action_move(self, step: int) -> None:
        """Move the highlighted link towards the origin (1) or the writer (-1)."""
        at = self.highlighted
        if at is None or at >= len(self.chain) or not 0 <= at + step < len(self.chain):
            return
        links = list(self.chain)
        links[at], links[at + step] = links[at + step], links[at]
        self._take(links, at + step)

    @on(OptionList.OptionSelected)
    def _selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        at = message.option_index
        self.post_message(self.Wanted(self, at, self.chain[at] if at < len(self.chain) else None))

    def _take(self, links: Sequence[LinkDraft], highlighted: int) -> None:
        self.chain = _with_origin_last(links, self.chain)
        self._show(highlighted)
        self.post_message(self.Changed())

    # ------------------------------------------------------------------ showing

    def _show(self, highlighted: int) -> None:
        last = len(self.chain)
        rows = [Option(_row(at, link, at == last, self._text)) for at, link in enumerate(self.chain, 1)]
        if not self.disabled:
            rows.append(Option(Content.styled("+ who says so" if not rows else "+ who is behind", "$accent")))
        elif not rows:
            rows.append(Option(Content.styled("nobody", "$muted"), disabled=True))
        self.set_options(rows)
        self.highlighted = min(highlighted, len(rows) - 1)


def _with_origin_last(links: Sequence[LinkDraft], before: Sequence[LinkDraft]) -> tuple[LinkDraft, ...]:
    """The links, in which the one that has come to be the origin relays nothing, and the one that was it does."""
    chain = list(links)
    if before and chain and before[-1] in chain[:-1]:
        at = chain.index(before[-1])
        chain[at] = structs.replace(chain[at], relay=True)
    if chain and chain[-1] in before[:-1]:
        chain[-1] = structs.replace(chain[-1], relay=False)
    return tuple(chain)


def _row(at: int, link: LinkDraft, origin: bool, text: str) -> Content:
    about = ["" if link.source_kind == "unknown" else link.source_kind, link.identified]
    about += ["relay"] if link.relay else []
    about += [link.ground.replace("_", " ")] if link.ground else []
    row = Content.assemble(
        (f"{at} ", "$muted"),
        (one_line(link.source) or "nobody named", "bold"),
        ("  origin", "$accent") if origin else "",
        ("  " + ", ".join(one_line(each) for each in about if each), "$muted"),
    )
    source, cue = (_short(quoted(text, spans)) for spans in (link.spans, link.cue))
    said = [in_quotes(source)] if source else []
    said += [f"cue {in_quotes(cue)}"] if cue else []
    return row + Content.styled("\n  " + " — ".join(said), "$muted") if said else row


def _short(words: str) -> str:
    shown = one_line(words)
    return shown if len(shown) <= _SHORTENED else shown[: _SHORTENED - 1].rstrip() + "…"
