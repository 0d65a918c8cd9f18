"""Full-text search while somebody types, in a thread of its own."""

from textual.message import Message

from ..schema import searching
from ..schema.searching import Finds
from .asker import Asker


class Found(Message):
    """What a search found; `problem` says why it found nothing, if something went wrong."""

    def __init__(self, query: str, finds: Finds, problem: str = "") -> None:
        super().__init__()
        self.query, self.finds, self.problem = query, finds, problem


class Finder(Asker):
    """Searches a project for the words given last. Answers come by message, in the order of the questions."""

    def look_for(self, query: str) -> None:
        """Search for this now, and no longer for anything else."""
        self.ask(
            lambda connection: Found(query, searching.search(connection, query)),
            lambda problem: Found(query, Finds(), problem),
        )
