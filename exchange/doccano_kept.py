"""What doccano keeps of a document and a mention, and how it is called there.

A document's `extra` holds `fields`, the metadata of its example with its id, and `comments` by annotator; a mention's
holds the `id` of its entity and the `relations` that begin at it, each `to` another mention.
"""

from typing import Any

from ..schema.events import Mention
from .annotated import Annotated
from .continuous import SIDE
from .foreign import changed, kept, list_of, title_fields, without
from .json_files import as_dict

NAME = "doccano"
SPANS = ("entities", "label", "labels")
NATIVE = frozenset({"text", "relations", *SPANS, SIDE})
"""The keys of an example that are no metadata."""
_COMMENTS = ("Comments", "comments")


def fields_of(item: Annotated, annotator: str) -> dict[str, Any]:
    """The metadata of an example: what doccano had, else what describes the document; and the annotator's comments."""
    known = kept(item.document.extra, NAME)
    fields = as_dict(known.get("fields")) or title_fields(item)
    comments = as_dict(as_dict(known.get("comments")).get(annotator))
    return {key: value for key, value in {**fields, **comments}.items() if key not in NATIVE or key == "label"}


def kept_now(item: Annotated, said: dict[str, Any], annotator: str, *, own: bool) -> dict[str, Any]:
    """What doccano keeps about a document: what was known of it, and what the example says otherwise or more.

    `own` examples are onrecord's, whose metadata doccano may have left as they were written.
    """
    before = kept(item.document.extra, NAME)
    written = fields_of(item, annotator) if own else {}
    more = changed(said, written) if own else dict(said)
    comments = {key: more.pop(key) for key in _COMMENTS if key in more}
    made = dict(before)
    if more:
        made["fields"] = {**without(written, *_COMMENTS), **as_dict(before.get("fields")), **more}
    if comments:
        made["comments"] = {**as_dict(before.get("comments")), annotator: comments}
    return made


def relations_of(mention: Mention) -> list[dict[str, Any]]:
    """The relations that begin at a mention."""
    return [each for each in list_of(kept(mention.extra, NAME).get("relations")) if isinstance(each, dict)]
