"""What a cut is cut by, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ROWS = {
    "place": _("Wilayah"),
    "month": _("Bulan"),
    "trade": _("Pekerjaan"),
    "age": _("Umur"),
    "payer": _("Jenis pembayar"),
    "sex": _("Jenis kelamin"),
}
