"""Words of the matching pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

#: How two payers meet at a worker: the first kind is paid for twice, the others are not.
DOUBLES = {
    "bound": _("Dua pembayar terikat pada bulan yang sama"),
    "branch": _("Dibayar pihak lain menurut cabang"),
    "lists": _("Ada di beberapa daftar"),
}
