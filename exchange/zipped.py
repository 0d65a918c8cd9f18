"""Zip files from strangers, read in memory within bounds: nothing is ever written where a member's name says."""

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath

from ..schema.errors import BadInput
from .articles import MAX_BYTES, read_at_most

MAX_MEMBERS = 20_000
MAX_TOTAL = 1024 * 1024 * 1024
MAX_RATIO = 200
"""A member that grows to more than so many times its size is no text; small ones may."""
_SMALL = 1024 * 1024


class Zip:
    """The members of a zip file, by their paths, after all were checked.

    Raises:
        BadInput: it is no zip, or a member's name climbs out of it, or there is too much in it; the sentence begins
            with a verb.
    """

    def __init__(self, source: Path | bytes) -> None:
        try:
            self._file = zipfile.ZipFile(BytesIO(source) if isinstance(source, bytes) else source)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise BadInput(f"is no zip file that can be read: {error}") from None
        infos = [info for info in self._file.infolist() if not info.is_dir()]
        if len(infos) > MAX_MEMBERS:
            raise BadInput(f"holds {len(infos):,} files; at most {MAX_MEMBERS:,} are read")
        if sum(info.file_size for info in infos) > MAX_TOTAL:
            raise BadInput(f"holds more than {MAX_TOTAL // 2**20:,} MB unpacked")
        self._infos: dict[PurePosixPath, zipfile.ZipInfo] = {}
        for info in infos:
            path = _safe(info.filename)
            if path in self._infos:
                raise BadInput(f"holds {info.filename[:200]!r} twice")
            if info.file_size > _SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
                raise BadInput(f"holds {info.filename[:200]!r}, which unpacks to more than {MAX_RATIO} times its size")
            self._infos[path] = info

    def __enter__(self) -> "Zip":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[PurePosixPath]:
        return iter(sorted(self._infos))

    def __contains__(self, path: object) -> bool:
        return path in self._infos

    def read(self, path: PurePosixPath) -> bytes:
        """The bytes of a member.

        Raises:
            BadInput: it is larger than `MAX_BYTES`, or damaged, or locked with a password.
        """
        info = self._infos[path]
        try:
            with self._file.open(info) as member:
                data = read_at_most(member, MAX_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            raise BadInput(f"holds {str(path)[:200]!r}, which cannot be unpacked: {error}") from None
        if len(data) > MAX_BYTES:
            raise BadInput(
                f"holds {str(path)[:200]!r}, which has more than {MAX_BYTES // 2**20} MB; that is no article"
            )
        return data


def _safe(name: str) -> PurePosixPath:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name[:3] or "\0" in name:
        raise BadInput(f"holds a file {name[:200]!r} whose name climbs out of it")
    return path
