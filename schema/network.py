"""Whether a folder is on another machine's disk, where SQLite's shared memory does not work and its locks may not.

On Linux the kernel's table of mounts tells. Other systems are not asked.
"""

import re
from functools import lru_cache
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
_OF_A_NETWORK = frozenset(
    "9p afs auristorfs beegfs ceph cifs coda fhgfs gfs gfs2 glusterfs gpfs lustre mfs ncpfs nfs nfs4 "
    "ocfs2 orangefs panfs prl_fs pvfs2 smb2 smb3 smbfs vboxsf virtiofs vmhgfs wekafs".split()
)
_HERE = frozenset(
    "fuse.bindfs fuse.cryfs fuse.encfs fuse.exfat fuse.ext2 fuse.fuse-overlayfs fuse.gocryptfs fuse.lxcfs "
    "fuse.mergerfs fuse.ntfs fuse.ntfs-3g fuse.securefs fuse.squashfuse fuse.unionfs fuse.veracrypt".split()
)
"""Programs that serve a file system of this machine; of any other it is taken that they fetch it from elsewhere."""

allowed = False
"""Whether the user said that projects in such folders are to be opened all the same, without WAL."""


def kind_of(path: Path) -> str | None:
    """What a network file system calls itself, when a file or a folder is on one; None when it is on a local disk.

    Of a place that cannot be looked at nothing is said: whoever opens a file there is told why that cannot be done.
    """
    try:
        folder = path.resolve()
        while not folder.exists():
            folder = folder.parent
        return _kind(folder if folder.is_dir() else folder.parent, folder.stat().st_dev)
    except OSError:
        return None


@lru_cache(maxsize=64)
def _kind(folder: Path, _device: int) -> str | None:
    deepest, kind = "", ""
    for point, its_kind in _mounts():
        if folder.is_relative_to(point) and len(point) >= len(deepest):  # of two at one point the later is on top
            deepest, kind = point, its_kind
    return kind if kind in _OF_A_NETWORK or (kind.split(".")[0] == "fuse" and kind not in _HERE) else None


def _mounts() -> list[tuple[str, str]]:
    """Where each file system is mounted, and of what kind it is."""
    try:
        lines = MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        about, _, kind = line.partition(" - ")
        fields = about.split(" ")
        if len(fields) > 4 and kind:
            found.append((re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields[4]), kind.split(" ")[0]))
    return found
