"""A process that writes to a project until it is stopped: after each act that has returned, it says so in one line.

Run as: python scribe.py PROJECT ANNOTATOR DEVICE [ACTS]
"""

import itertools
import os
import sys
from pathlib import Path

from onrecord.schema import acts
from onrecord.schema.events import Link
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span

TEXT = "The harbour said no. A senior official said it was done. Nobody at the pier denied it."


def main(path: str, annotator: str, device: str, most: str = "1000000000") -> None:
    """Add mentions with a mark and a chain, now and then a document; say `KIND SUBJECT` of each act on standard output."""
    with Ledger(Path(path), annotator, device) as ledger:
        with ledger.act() as act:
            sha256, _ = acts.add_document(act, TEXT, title="The Pier")
        for turn in range(int(most)):
            if turn % 7 == 6:
                with ledger.act() as act:
                    done = f"document {acts.add_document(act, f'{annotator} {device} {os.getpid()} {turn}')[0]}"
            else:
                uid = acts.new_mention(annotator)
                with ledger.act() as act:
                    acts.set_mention(act, uid, sha256, TEXT, [Span(4, 11)])
                    acts.set_label(act, uid, "anonymous")
                    source = acts.name_source(act, f"official {turn % 3}", document=sha256)
                    link = Link(source=source, spans=acts.words(TEXT, [Span(21, 38)]))
                    acts.set_chain(act, uid, "anonymous", [link])
                done = f"mention {uid}"
            os.write(1, f"{done}\n".encode())


if __name__ == "__main__":
    main(*itertools.islice(sys.argv, 1, None))
