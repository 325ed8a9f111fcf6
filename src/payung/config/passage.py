"""Lets one other user of the system pass through a folder, and nobody else: for PostgreSQL, which refuses root."""

from __future__ import annotations

import errno
import os
import stat
import struct
from pathlib import Path

_ATTRIBUTE = "system.posix_acl_access"
_NOBODY = 0xFFFFFFFF
_OWNER, _USER, _OWN_GROUP, _GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
_PASS = 0o1


def may_pass(folder: Path, uid: int, gid: int) -> bool:
    """Return whether a user may go through a folder by its mode or its list of access."""
    about = folder.stat()
    if about.st_uid == uid:
        return bool(about.st_mode & stat.S_IXUSR)
    mode = about.st_mode
    for tag, right, who in _entries(folder):
        if tag == _USER and who == uid:
            return bool(right & _PASS and mode & stat.S_IXGRP)
    return bool(mode & (stat.S_IXGRP if about.st_gid == gid else stat.S_IXOTH))


def let_pass(folder: Path, uid: int) -> None:
    """Add the user to the folder's access control list, with the right to pass. Raises OSError."""
    mode = folder.stat().st_mode
    before = _entries(folder) or [
        (_OWNER, mode >> 6 & 7, _NOBODY),
        (_OWN_GROUP, mode >> 3 & 7, _NOBODY),
        (_OTHER, mode & 7, _NOBODY),
    ]
    entries = [one for one in before if one[0] != _MASK and not (one[0] == _USER and one[2] == uid)]
    entries.append((_USER, _PASS, uid))
    mask = 0
    for tag, right, _ in entries:
        mask |= right if tag in (_USER, _OWN_GROUP, _GROUP) else 0
    entries = sorted([*entries, (_MASK, mask, _NOBODY)], key=lambda one: (one[0], one[2]))
    packed = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *one) for one in entries)
    os.setxattr(folder, _ATTRIBUTE, packed)


def _entries(folder: Path) -> list[tuple[int, int, int]]:
    """Return the folder's access control list as (kind, rights, user or group number); empty where it has none."""
    if not hasattr(os, "getxattr"):
        return []
    try:
        packed = os.getxattr(folder, _ATTRIBUTE)
    except OSError as error:
        if error.errno in (errno.ENODATA, errno.ENOTSUP):
            return []
        raise
    return [struct.unpack_from("<HHI", packed, place) for place in range(4, len(packed), 8)]
