"""Words of the matching pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

#: Ways a worker would be paid for twice.
DOUBLES = {
    "lists": _("Ada di daftar beberapa pengirim"),
    "branch": _("Sudah dibayar pihak lain menurut cabang"),
}
