"""The W3C Web Annotation Data Model as JSON-LD.

Read are an Annotation, a list of them, an AnnotationPage and an AnnotationCollection. An annotation whose target is
words of a text becomes a mention, once for each target; the pieces of a Composite or List are one discontinuous
mention. Bodies with the purpose tagging or classifying are labels, other texts are the note, the creator is the
annotator. What the model knows and onrecord does not comes back under the same names. A target names its text by
address: the text is looked for in the file and among the project's documents, and the annotation is refused where
neither has it. What is no words of a text, such as a region of an image, is set aside.

Written is one AnnotationCollection with one page. For each document there is an annotation that describes it: its
body is the text, its target the document, with its address, or without one its name by hash (RFC 6920), which is its
`canonical` in any case. For each mention there is one that classifies: a TextualBody a label (`tagging`), the claim
(`describing`) and the note (`commenting`); its target is the document by a TextPositionSelector and a
TextQuoteSelector with the words around, or a Composite of several. What else onrecord knows is in `onrecord:document`
and `onrecord:mention`, JSON literals by the context that the collection brings along. Labels, note, claim and target
that were changed elsewhere are taken over.

The model counts characters as Unicode code points, start inclusive, end exclusive, and so does this. Tools that run
in browsers often count UTF-16 code units: a file whose quotes stand only at these is taken at that, and a note says so.
"""

import json
import re
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ..schema.anchors import Anchor
from .annotated import Annotated, Aside, foreign_label, of_extra
from .articles import Refused
from .formats import Format, Incoming, Outgoing, Record
from .held import documents_held
from .json_files import as_dict, as_list, outline, whole
from .json_text import to_json
from .portable import about_out, mention_out
from .web_annotation_in import NI, Pages, annotations_in
from .web_bodies import CONTEXT, DOCUMENT, KEPT, MENTION, label_of, note_of
from .web_selectors import POSITION, QUOTE

NAMESPACE = "urn:x-onrecord:"
"""What onrecord's own terms stand for in JSON-LD."""
OWN_CONTEXT = {
    "@version": 1.1,
    "onrecord": {"@id": NAMESPACE, "@prefix": True},
    DOCUMENT: {"@type": "@json"},
    MENTION: {"@type": "@json"},
}
_TYPES = {"Annotation", "AnnotationPage", "AnnotationCollection"}
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|\\^`]+')
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


# ---------------------------------------------------------------------- in


def read(file: Incoming) -> Iterator[Record]:
    """A document for each text that the annotations are about."""
    annotations: list[dict[str, Any]] = []
    for number, each in enumerate(annotations_in(whole(file)), 1):
        if isinstance(each, str):
            yield Aside(file.place, "page", "names further pages by their address; get them and import them too")
        elif each:
            annotations.append(each)
        else:
            yield Refused(f"{file.place}, annotation {number}", "is no object, so it is no annotation of the W3C model")
    yield from Pages(file, annotations).read()


def _recognises(_: Path, head: bytes) -> bool:
    keys = outline(head)
    contexts = [value for key, value in keys.items() if key.startswith("@context")]
    return any("ns/anno" in value for value in contexts) or keys.get("type", "").removeprefix("oa:") in _TYPES


# ---------------------------------------------------------------------- out


def write(connection: sqlite3.Connection, out: Path, _: Outgoing) -> int:
    """Write all documents and mentions as one collection; the answer is how many documents there were."""
    hashes = [value for (value,) in connection.execute("SELECT sha256 FROM documents ORDER BY sha256")]
    (mentions,) = connection.execute("SELECT count(*) FROM mentions").fetchone()
    collection = _urn("collection", *hashes)
    about = {
        "@context": [CONTEXT, OWN_CONTEXT],
        "id": collection,
        "type": "AnnotationCollection",
        "label": "Claims and who stands behind them",
        "total": len(hashes) + mentions,
    }
    page = {"id": _urn("page", collection), "type": "AnnotationPage", "partOf": collection, "startIndex": 0}
    with out.open("w", encoding="utf-8", newline="") as file:
        if not hashes:
            file.write(to_json(about) + "\n")
            return 0
        file.write(to_json(about)[:-1] + ', "first": ' + to_json(page)[:-1] + ', "items": [\n')
        for number, item in enumerate(documents_held(connection)):
            made = [_document(item), *(_mention(item, uid) for uid in item.mentions)]
            file.write((",\n" if number else "") + ",\n".join(map(to_json, made)))
        file.write("\n]}}\n")
    return len(hashes)


def _urn(*parts: str) -> str:
    """A name that always is the same for the same thing (RFC 9562, version 5)."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, NAMESPACE + sha256(json.dumps(parts).encode()).hexdigest())}"


def _resource(item: Annotated) -> dict[str, Any]:
    """The document as a resource of the web."""
    digest = urlsafe_b64encode(bytes.fromhex(item.sha256)).decode().rstrip("=")
    url = item.document.url
    language = item.document.language
    return {
        "id": url if _IRI.fullmatch(url) else NI + digest,
        "type": "Text",
        "format": "text/plain",
        **({"language": language} if _LANGUAGE.fullmatch(language) else {}),
        "canonical": NI + digest,
    }


def _document(item: Annotated) -> dict[str, Any]:
    return {
        "id": _urn("document", item.sha256),
        "type": "Annotation",
        "motivation": "describing",
        "body": {"type": "TextualBody", "purpose": "describing", "format": "text/plain", "value": item.text},
        "target": _resource(item),
        DOCUMENT: about_out(item),
    }


def _mention(item: Annotated, uid: str) -> dict[str, Any]:
    mention = item.mentions[uid]
    kept = as_dict(of_extra(mention.extra, KEPT))
    about = as_dict(kept.get("annotation"))
    parts = [_part(item, piece, kept) for piece in mention.spans]
    bodies = _bodies(item, uid, as_list(kept.get("bodies")), about)
    made = {
        **({"@context": kept["context"]} if "context" in kept else {}),
        "id": _urn("mention", uid),
        "type": "Annotation",
        # A motivation says what bodies are that have no purpose: it is not for us to give another's.
        **({} if kept else {"motivation": "classifying"}),
        "creator": {"type": "Person", "name": uid.split("/", 1)[0]},
        **({"created": item.recorded_at[uid]} if uid in item.recorded_at else {}),
        **about,
        **({"body": bodies} if bodies else {}),
        "target": parts[0] if len(parts) == 1 else {"type": "Composite", "items": parts},
    }
    return {**made, MENTION: {**mention_out(item, uid), "spans": []}}


def _part(item: Annotated, piece: Anchor, kept: dict[str, Any]) -> dict[str, Any]:
    quote = {"type": QUOTE, "exact": piece.quote, "prefix": piece.before, "suffix": piece.after}
    return {
        **as_dict(kept.get("target")),
        "type": "SpecificResource",
        "source": _resource(item),
        "selector": [{"type": POSITION, "start": piece.start, "end": piece.end}, quote, *kept.get("selectors", [])],
    }


def _bodies(item: Annotated, uid: str, foreign: Iterable[Any], about: dict[str, Any]) -> list[Any]:
    """The bodies that another tool gave the mention, as far as they still hold, and those for all else."""
    mention = item.mentions[uid]
    labels = [foreign_label(mark) for mark in item.marks_of(uid)]
    given = {label_of(body, about) for body in foreign}
    noted = [note for body in foreign if (note := note_of(body, about))]
    same = "\n".join(noted) == mention.note
    made = [
        body
        for body in foreign
        if (label_of(body, about) in labels or not label_of(body, about)) and (same or not note_of(body, about))
    ]
    made += [_textual("tagging", label) for label in labels if label not in given]
    claim = item.claims.get(mention.claim or "")
    made += [_textual("describing", claim.text)] if claim else []
    return made + ([_textual("commenting", mention.note)] if mention.note.strip() and not (noted and same) else [])


def _textual(purpose: str, value: str) -> dict[str, Any]:
    return {"type": "TextualBody", "purpose": purpose, "format": "text/plain", "value": value}


FORMAT = Format(
    name="webannotation",
    about="the W3C Web Annotation Data Model as JSON-LD",
    endings=(".jsonld", ".json"),
    read=read,
    recognises=_recognises,
    write=write,
    units=("code-points",),
)
