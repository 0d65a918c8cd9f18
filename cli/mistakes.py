"""How every error that a person can make becomes one line and an exit code. Loaded when there is one."""

from sqlite3 import Error as SqliteError

from msgspec import MsgspecError

from ..schema.errors import OnrecordError
from .printing import say

INTERRUPTED = "interrupted; what was not finished was not written"


def told(sentence: str, code: int = 1) -> int:
    """Say it; the answer is the exit code to leave with."""
    say(sentence)
    return code


def tell(error: BaseException) -> int | None:
    """Say what was wrong; the answer is the exit code, or None of what is nobody's mistake and was not said."""
    match error:
        case OnrecordError():
            return told(str(error))
        case UnicodeEncodeError():
            return told("a name or a text on the command line is not valid UTF-8; type it again", 2)
        case SqliteError():
            return told(f"SQLite cannot go on ({error}); see: onrecord check PROJECT.db")
        case MsgspecError() | UnicodeDecodeError():
            return told("what is stored in the project is damaged; see: onrecord check PROJECT.db")
        case OSError():
            return told(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    return None
