"""What a bank writes when it takes something for the account itself."""

from __future__ import annotations

import re

_FEE = re.compile(
    r"""\b(?:biaya|bea|by|bi)[.\s]*(?:adm\w*|bulanan|rek\w*|tran\w*|trf|trx|rtgs|skn|kliring|bi-?fast|bank|swift|provisi|komisi|layanan|kirim|retur|koreksi|sms|notif\w*|kartu|cetak|cek)\b
    |\b(?:adm|admin|administrasi)\b[.\s]*(?:bank|bulanan|rek\w*|tabungan|giro)\b
    |\b(?:bea[.\s]*)?m[ea]terai\b
    |\b(?:pajak|pph)[.\s]*(?:bunga|jasa|giro|tabungan|rek\w*)\b
    |\b(?:monthly|transfer|bank)\s+(?:fee|charge)s?\b""",
    re.IGNORECASE | re.VERBOSE,
)


def is_fee(reference: str) -> bool:
    """Return whether the words of a statement line name a fee, stamp duty or tax of the account.

    >>> is_fee("BIAYA ADM BULANAN"), is_fee("IURAN BPU KODE 12345")
    (True, False)
    """
    return _FEE.search(reference) is not None
