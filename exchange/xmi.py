"""UIMA CAS XMI, as INCEpTION reads and writes it: one file a document and annotator, and the type system beside them.

Native form: DKPro Core's tokens and sentences, and onrecord's layers (`inception_ours`): `OnrecordMention` with slots
for its sources, cues and evidence. What came from INCEpTION is written in its own layers again. Zip each document's
file with `TypeSystem.xml` to import it into INCEpTION. Which annotations become mentions is said in `inception_in`.

Read are `.xmi` files, with a `TypeSystem.xml` in their folder or the one above, and zip files of them, also an
exported project, which holds a zip an annotator. Without a type system, types are as the file lets them look.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path, PurePath, PurePosixPath

from ..schema.errors import BadInput
from .annotated import Aside
from .articles import MAX_BYTES, Refused, read_at_most
from .formats import Format, Incoming, Outgoing, Record
from .inception_files import annotator_by, origin_of
from .inception_in import records
from .inception_model import Layered
from .inception_out import Shape, write_folder
from .webanno import read_bytes as read_tsv_bytes
from .xmi_in import read_xmi
from .xmi_out import Layers, shown_text, write_xmi
from .xmi_shape import needed
from .zipped import Zip

TYPES = "TypeSystem.xml"
_OUTER = "curation"


def _read(file: Incoming) -> Iterator[Record]:
    needed()
    if file.path.suffix.lower() == ".zip":
        with Zip(file.path) as members:
            yield from _members(members, file, PurePath(file.path), file.place, inner=False)
        file.progress(file.path.stat().st_size)
        return
    data = _bounded(file.path)
    file.progress(len(data))
    folders = (file.path.parent, file.path.parent.parent)
    types = next((_bounded(folder / TYPES) for folder in folders if (folder / TYPES).is_file()), None)
    yield from _document(data, types, file, file.path, file.place)


def _bounded(path: Path) -> bytes:
    with path.open("rb") as stream:
        data = read_at_most(stream, MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BadInput(f"has more than {MAX_BYTES // 2**20} MB; that is no article")
    return data


def _document(data: bytes, types: bytes | None, file: Incoming, path: PurePath, place: str) -> Iterator[Record]:
    try:
        layered = read_xmi(data, types, place, file.unit or "utf-16")
    except BadInput as error:
        yield Refused(place, error.sentence)
    else:
        yield from records(layered, file, origin_of(file, path, place))


def _members(members: Zip, file: Incoming, path: PurePath, place: str, *, inner: bool) -> Iterator[Record]:
    """The documents in a zip, and in the zips of an exported project in it; all else is passed over and counted."""
    documents = [each for each in members if each.suffix.lower() in (".xmi", ".tsv")]
    for each in members:
        here = f"{place}, {each}"
        ending = each.suffix.lower()
        stands = _stands(path, each, alone=len(documents) == 1)
        try:
            if ending == ".xmi":
                folders = (each.parent, each.parent.parent)
                types = next((members.read(folder / TYPES) for folder in folders if folder / TYPES in members), None)
                yield from _document(members.read(each), types, file, stands, here)
            elif ending == ".tsv":
                yield from read_tsv_bytes(members.read(each), file, stands, here)
            elif ending == ".zip" and not inner:
                with Zip(members.read(each)) as below:
                    yield from _members(below, file, stands, here, inner=True)
            elif each.name != TYPES:
                yield Aside(here, "file", "is no document with annotations, and is not read")
        except BadInput as error:
            yield Refused(here, error.sentence)


def _stands(path: PurePath, member: PurePosixPath, *, alone: bool) -> PurePath:
    """Where a member of a zip stands: a zip of one document stands for it."""
    if len(member.parts) > 1:
        return PurePath(member)
    if alone and annotator_by(path):
        return path.with_suffix(member.suffix)
    return path.parent / path.stem / member


def _back(data: bytes, place: str) -> Layered:
    return read_xmi(data, None, place)


SHAPE = Shape(ending=".xmi", text=shown_text, span=lambda _: lambda span: span, write=write_xmi, read=_back)


def _write(connection: sqlite3.Connection, out: Path, _: Outgoing) -> int:
    needed()
    layers = Layers()
    number = write_folder(connection, out, SHAPE, layers.add)
    (out / TYPES).write_text(str(layers.types().to_xml()), "utf-8")
    return number


def _recognises(path: Path, head: bytes) -> bool:
    if path.suffix.lower() != ".zip":
        return b"http://www.omg.org/XMI" in head
    try:
        with Zip(path) as members:
            names = list(members)
    except BadInput:
        return head.startswith(b"PK")  # it is refused where the reason can be given
    return any(
        each.suffix.lower() == ".xmi" or (each.suffix.lower() == ".zip" and {"annotation", _OUTER} & set(each.parts))
        for each in names
    )


FORMAT = Format(
    name="xmi",
    about="UIMA CAS XMI of INCEpTION, a file a document and annotator, also zipped",
    endings=(".xmi", ".zip"),
    read=_read,
    recognises=_recognises,
    beside=("typesystem.xml",),
    write=_write,
    folder=True,
    units=("utf-16",),
    extra="inception",
)
