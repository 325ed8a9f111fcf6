"""What never stands in a log: the secret part of an address."""

from __future__ import annotations

import logging
import re

#: A donor's own pages, and every other address that holds a sealed or secret word.
_SECRET = re.compile(r"(/bantu/donasi/|/daftar/muat/)[^/\s?'\"]+|([?&](?:cari|kunci|token)=)[^&\s'\"]+")


class WithoutSecrets(logging.Filter):
    """Puts a dash where a line has the secret part of an address."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask secrets in a line and let every line pass."""
        said = record.getMessage()
        if _SECRET.search(said):
            record.msg, record.args = _SECRET.sub(lambda found: (found[1] or found[2]) + "-", said), ()
        return True
