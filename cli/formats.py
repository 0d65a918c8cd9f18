"""`onrecord formats`: what comes in and what goes out."""

import click

from .options import as_json
from .printing import json_array, table


@click.command()
@as_json
def formats(as_json: bool) -> None:
    """List the formats that are read and written.

    `articles` are texts alone, for `onrecord add`; `in` is for `onrecord import`, `out` for `onrecord export`.
    """
    from ..exchange.formats import formats as known

    rows = [
        {
            "id": each.name,
            "endings": " ".join(each.endings),
            "articles": bool(each.articles),
            "in": bool(each.read),
            "out": bool(each.write),
            "offsets": ", ".join(each.units),
            "extra": each.extra,
            "about": each.about,
        }
        for each in known().values()
    ]
    if as_json:
        json_array(iter(rows))
    else:
        table(list(rows[0]), [{key: _shown(value) for key, value in row.items()} for row in rows])


def _shown(value: object) -> object:
    return {True: "yes", False: ""}[value] if isinstance(value, bool) else value
