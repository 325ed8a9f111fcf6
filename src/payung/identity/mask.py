"""Masks for pages, logs and messages: enough to recognise, too little to use."""

from __future__ import annotations


def nik(value: str | None) -> str:
    """'6571014508680001' -> '6571••••••••0001'; anything shorter than 12 signs is hidden whole."""
    text = (value or "").strip()
    if len(text) < 12:
        return "•" * len(text)
    return f"{text[:4]}{'•' * (len(text) - 8)}{text[-4:]}"


def phone(value: str | None) -> str:
    """'+6281234567890' -> '+6281••••••890'."""
    text = (value or "").strip()
    if len(text) < 9:
        return "•" * len(text)
    return f"{text[:5]}{'•' * (len(text) - 8)}{text[-3:]}"


def name(value: str | None) -> str:
    """'Siti Aminah' -> 'S••• A•••••': the first letter of each word."""
    return " ".join(word[0] + "•" * (len(word) - 1) for word in (value or "").split())


def number(value: str | None) -> str:
    """'30000079191' -> '••••9191', however long it is; anything shorter than 8 signs is hidden whole."""
    text = (value or "").strip()
    return f"••••{text[-4:] if len(text) >= 8 else ''}" if text else ""
