"""The Reader's moves: by sentence, word, character, page and mention, to what was searched for, and selecting."""

from textual import events

from ...schema.codebook import BUILT_IN
from ...schema.text import Span, find_all
from ..desk import CannotNow
from .reader_base import ReaderBase


class ReaderMoves(ReaderBase):
    """Moving the cursor and choosing words; nothing here writes."""

    def __init__(self, document: int, cursor: int = 0, query: str = "") -> None:
        super().__init__(document, cursor, query)
        self._hits: list[Span] = []
        self._found: tuple[Span, int] | None = None
        """The find gone to last: the word that the cursor is on since then, and which of the finds it is."""
        self._keys = ("", "")

    def _load(self, document_id: int, cursor: int = 0) -> None:
        self._hits, self._found = [], None
        super()._load(document_id, cursor)

    # ------------------------------------------------------------------ moving

    def action_sentence(self, step: int) -> None:
        self._move(lambda: self.desk.by_sentence(step))

    def action_word(self, step: int) -> None:
        self._move(lambda: self.desk.by_word(step))

    def action_character(self, step: int) -> None:
        self._move(lambda: self.desk.by_character(step))

    def action_mention(self, step: int) -> None:
        self._move(lambda: self.desk.by_mention(step))

    def action_page(self, step: int) -> None:
        rows = step * max(1, self.article.size.height // 2)
        self.article.scroll_relative(y=rows, animate=False)
        self._move(lambda: self.desk.go(self.article.offset_rows_away(self.desk.cursor.start, rows)))

    def action_go(self) -> None:
        if self._keys[0] == self._keys[1]:
            self._keys = ("", "")
            self.action_start()

    def action_start(self) -> None:
        self._move(lambda: self.desk.go(0))

    def action_end(self) -> None:
        self._move(lambda: self.desk.go(len(self.desk.text)))

    def action_hit(self, step: int) -> None:
        self._move(lambda: self._next_hit(step))

    def note_key(self, key: str) -> None:
        """Know which key came before."""
        self._keys = (self._keys[1], key)

    def on_key(self, event: events.Key) -> None:
        """Let a team's own codes be set by their keys, but by none that does an act."""
        own_codes = {label.key: label.label for label in self.desk.labels if label.label not in BUILT_IN}
        if event.character in own_codes and event.key not in self.active_bindings:
            event.stop()
            self._edit(lambda: self.desk.toggle(own_codes[event.character or ""]))

    # ------------------------------------------------------------------ finding

    def action_search(self) -> None:
        from .prompt import Prompt

        self.app.push_screen(Prompt("Find in this document"), self._asked)

    def _asked(self, query: str | None) -> None:
        if query:
            self.find(query)

    def find(self, query: str) -> None:
        """Show where words occur, spaces and quotation marks of any kind alike, and go to the first place from here."""
        self._hits, self._found = find_all(self.desk.text, query), None
        self.article.set_layer("hit", self._hits)
        if not self._hits:
            self._say(f"“{query}” does not occur in this document")
        elif self.desk.cursor in self._hits:
            self._found = self.desk.cursor, self._hits.index(self.desk.cursor)
        else:
            self._move(lambda: self._next_hit(1, here=True))
        self._show()

    def _next_hit(self, step: int, *, here: bool = False) -> None:
        hits, at = self._hits, self.desk.cursor.start
        if not hits:
            raise CannotNow("Nothing was searched for yet; / searches")
        if self._found and self._found[0] == self.desk.cursor:
            index = (self._found[1] + step) % len(hits)
        elif step > 0:
            index = next((row for row, hit in enumerate(hits) if hit.start > at or (here and hit.end > at)), 0)
        else:
            index = sum(hit.start < at for hit in hits) - 1
        self.desk.go(hits[index].start)
        self._found = self.desk.cursor, index

    def _status(self) -> str:
        """How many finds there are and which one the cursor is at, then what else goes on."""
        if not self._hits:
            return super()._status()
        finds = f"{self._found[1] + 1:,} of " if self._found and self._found[0] == self.desk.cursor else ""
        return "  ".join(filter(None, (f"{finds}{len(self._hits):,} found", super()._status())))

    # ------------------------------------------------------------------ selecting

    def action_select(self) -> None:
        self._move(self.desk.select)

    def action_add_piece(self) -> None:
        self._move(self.desk.add_piece)

    def action_move_edge(self, edge: str, step: int) -> None:
        self._edit(lambda: self.desk.move_edge(edge, step))

    def action_cancel(self) -> None:
        self._hits, self._found = [], None
        self.article.set_layer("hit", [])
        self._move(self.desk.let_go)
