"""WebAnno TSV 3, as INCEpTION reads and writes it: one file a document and annotator.

Native form: each span layer is a group of columns; a mention's own words, its sources, cues and evidence are
annotations of onrecord's layers (`inception_ours`), tied by a slot feature. In INCEpTION, these layers have to be in
the project before such a file is imported; the `TypeSystem.xml` of the format `xmi` brings them. What came from
INCEpTION is written in its own layers again. Which annotations become mentions is said in `inception_in`.

The format cannot show annotations on the white space between tokens, nor what is before the first token if that is not
spaces; both are in onrecord's JSON.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path, PurePath

from ..schema.errors import BadInput
from .articles import MAX_BYTES, Refused, read_at_most
from .formats import Format, Incoming, Outgoing, Record
from .inception_files import origin_of
from .inception_in import records
from .inception_model import Layered
from .inception_out import Shape, write_folder
from .inception_tokens import Grid
from .webanno_in import read_tsv
from .webanno_out import shown_text, write_tsv
from .webanno_rows import HEADER


def _read(file: Incoming) -> Iterator[Record]:
    with file.path.open("rb") as stream:
        data = read_at_most(stream, MAX_BYTES + 1)
    file.progress(len(data))
    if len(data) > MAX_BYTES:
        yield Refused(file.place, f"has more than {MAX_BYTES // 2**20} MB; that is no article")
        return
    yield from read_bytes(data, file, file.path, file.place)


def read_bytes(data: bytes, file: Incoming, path: PurePath, place: str) -> Iterator[Record]:
    """The document of a file's bytes; `path` is where it stands, in a folder or a zip."""
    unit, charset = file.unit or "utf-16", file.charset or "utf-8"
    try:  # what was read has no name here, so that it is not held until all is taken in
        said = records(read_tsv(data, place, unit, charset), file, origin_of(file, path, place))
    except (UnicodeDecodeError, LookupError):
        yield Refused(place, f"is not {file.charset or 'UTF-8'}, which this format always is")
    except BadInput as error:
        yield Refused(place, error.sentence)
    else:
        yield from said


def _back(data: bytes, place: str) -> Layered:
    return read_tsv(data, place)


SHAPE = Shape(
    ending=".tsv", text=shown_text, span=lambda layered: Grid(layered.tokens).shown, write=write_tsv, read=_back
)


def _write(connection: sqlite3.Connection, out: Path, _: Outgoing) -> int:
    return write_folder(connection, out, SHAPE)


def _recognises(_: Path, head: bytes) -> bool:
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].split(b"\r", 1)[0]
    return HEADER.fullmatch(first.decode("utf-8", "replace")) is not None


FORMAT = Format(
    name="webanno",
    about="WebAnno TSV 3 of INCEpTION, a file a document and annotator",
    endings=(".tsv",),
    read=_read,
    recognises=_recognises,
    write=_write,
    folder=True,
    units=("utf-16",),
)
