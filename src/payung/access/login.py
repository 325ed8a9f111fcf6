"""Who is logged in, read in plain SQL: every page asks, and composing the query cost more than the answer."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.db import connection

from payung.access.models import User

_FIELDS = [field.attname for field in User._meta.concrete_fields]
_USER = f"""
SELECT {", ".join(f"u.{field.column}" for field in User._meta.concrete_fields)},
       ARRAY(SELECT role || ' ' || region_code FROM access_assignment WHERE user_id = u.id)
  FROM access_user u WHERE u.id = %s
"""


class ByPassword(ModelBackend):
    """Django's own, but for how the user of a session is read: in one statement with the roles held."""

    def get_user(self, user_id: int) -> User | None:
        with connection.cursor() as cursor:
            cursor.execute(_USER, [user_id])
            found = cursor.fetchone()
        if found is None:
            return None
        *values, assigned = found
        user = User.from_db(connection.alias, _FIELDS, values)
        user.assigned = [(role, region) for role, _, region in (one.partition(" ") for one in assigned)]
        return user if self.user_can_authenticate(user) else None
