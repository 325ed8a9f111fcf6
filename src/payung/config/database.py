"""How each process reaches the database, and as whom.

Two roles: the owner migrates; everything else runs as `payung_app`, which owns nothing and cannot bypass
row-level security.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from payung.config import embedded_postgres
from payung.config.home import secret

APP_ROLE = "payung_app"


def app_password() -> str:
    """The password of the application role on a server PostgreSQL, derived so that nothing more must be kept."""
    return hmac.new(secret("secret_key").encode(), b"payung_app role", hashlib.sha256).hexdigest()


def connections(home: Path) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: `default` as the application role, `owner` for migrations.

    PAYUNG_DATABASE names another database of the same server, for tests and benchmarks.
    Raises RuntimeError when the embedded server cannot start, ValueError when DATABASE_URL is not understood.
    """
    url = os.environ.get("DATABASE_URL", "")
    if url:
        parts = urlsplit(url)
        if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
            raise ValueError("DATABASE_URL must look like postgresql://user:password@host:5432/database")
        base = {
            "NAME": os.environ.get("PAYUNG_DATABASE") or parts.path.strip("/"),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
        }
        owner = {"USER": unquote(parts.username or ""), "PASSWORD": unquote(parts.password or "")}
        app = {"USER": APP_ROLE, "PASSWORD": app_password()}
    else:
        base = {
            "NAME": os.environ.get("PAYUNG_DATABASE", "payung"),
            "HOST": embedded_postgres.start(home),
            "PORT": "",
        }
        owner = {"USER": "postgres", "PASSWORD": ""}
        app = {"USER": APP_ROLE, "PASSWORD": ""}
    common = {
        "ENGINE": "payung.config.postgresql",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # Only cursors of psycopg's own are prepared: what `asked_again` asks.
        "OPTIONS": {"connect_timeout": 10, "prepare_threshold": 0},
        **base,
    }
    return {"default": {**common, **app}, "owner": {**common, **owner, "CONN_MAX_AGE": 0}}
