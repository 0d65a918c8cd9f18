"""Tables for tests: what the reader makes of one, in a project with one known text."""

from pathlib import Path
from typing import Any

from onrecord.exchange.annotated import Annotated
from onrecord.exchange.articles import Refused
from onrecord.exchange.formats import Incoming, named
from onrecord.schema.events import Document
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import content_hash

TEXT = "“The gate holds,” said Ann\u00a0Rui. A rigger denied it. The gate, again.\r\n🌊 It leaks."
LABELS = {"sourced", "anonymous", "denied", "confirmed", "responded"}


def read(folder: Path, table: str | bytes, name: str = "csv", **more: Any) -> list[Any]:
    """What the reader makes of a table, in a project that has `TEXT` under the title `Gate`."""
    path = folder / f"t.{name}"
    path.write_bytes(table if isinstance(table, bytes) else table.encode())
    names = {"Gate", content_hash(TEXT), "https://a.example/gate", "7"}
    reader = named(name).read
    assert reader
    return list(
        reader(
            Incoming(
                path=path, place=path.name, annotator="ana", has_label=LABELS.__contains__,
                find=lambda name: (TEXT, Document(title="Gate")) if name in names else None, **more,
            )
        )
    )  # fmt: skip


def said(items: list[Any]) -> list[tuple[str, str, str]]:
    """Annotator, words and label of each mark."""
    return [
        (uid.split("/")[0], " … ".join(each.quote for each in item.mentions[mark.mention].spans), mark.label)
        for item in items
        if isinstance(item, Annotated)
        for uid, mark in item.marks.items()
    ]


def refusals(items: list[Any]) -> list[tuple[str, str]]:
    return [(item.place, item.sentence) for item in items if isinstance(item, Refused)]


def add(ledger: Ledger, items: list[Annotated]) -> None:
    with ledger.act() as act:
        for item in items:
            act.keep_text(item.text)
            act.put(item.sha256, item.document)
