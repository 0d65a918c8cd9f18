"""Moments that a person names: a day, or a time with or without its zone, for comparing with what the tables keep."""

from datetime import UTC, date, datetime, time, timedelta

from .errors import BadInput

_DAY = len("2026-03-05")


def comparable_moment(published_at: str) -> str | None:
    """A publication date as the tables keep it: UTC with seconds when a time zone is known, else as it was given."""
    if not published_at:
        return None
    try:
        moment = datetime.fromisoformat(published_at)
        if moment.tzinfo is None:
            return published_at
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    except (ValueError, OverflowError):
        return published_at


def until(moment: str) -> str:
    """The greatest text that a moment of the tables may have to lie at or before this one; a day means its end.

    Raises:
        BadInput: it is no moment.
    """
    _parsed(moment)
    return moment + "~" if len(moment) == _DAY else str(comparable_moment(moment))


def milliseconds_until(moment: str) -> int:
    """The last millisecond since 1970 (UTC) that lies at or before a moment; a day means its end, no zone means UTC.

    Raises:
        BadInput: it is no moment.
    """
    parsed = _parsed(moment)
    zoned = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return int((zoned - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))


def _parsed(moment: str) -> datetime:
    try:
        if len(moment) == _DAY:
            return datetime.combine(date.fromisoformat(moment), time.max)
        return datetime.fromisoformat(moment)
    except (ValueError, OverflowError):
        raise BadInput(f"{moment!r} is no moment; write 2026-03-05 or 2026-03-05T14:00+01:00") from None
