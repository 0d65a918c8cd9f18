"""What the library says in place of an empty list."""

import shlex
from pathlib import Path

from textual.content import Content

from ..widgets.mention_card import one_line


def no_document(project: Path) -> Content:
    """That there is nothing yet, and how that changes."""
    return Content.assemble(
        ("No articles yet\n\n", "bold"),
        "Add some from another terminal; they appear here at once:\n\n",
        (f"  onrecord add {one_line(shlex.quote(str(project)))} ARTICLE ...\n\n", "$accent"),
        ("Texts, Markdown, web pages, JSON lines, and folders of them.", "$muted"),
    )


def no_match(words: str) -> Content:
    """That a filter leaves nothing."""
    return Content.assemble(
        ("No document matches ", "bold"), ("“" + one_line(words) + "”", "bold $accent"), "\n\n",
        ("esc shows all documents again; a search looks into the texts too.", "$muted"),
    )  # fmt: skip
