"""User-perceived characters: Terraform counts, cuts and reverses strings by grapheme cluster."""

from __future__ import annotations

import unicodedata

_JOINER = "\u200d"
_MARKS = {"Mn", "Me", "Mc"}
_FLAGS = range(0x1F1E6, 0x1F200)
_TONES = range(0x1F3FB, 0x1F400)
_PICTURES = range(0x1F000, 0x20000)
_SYMBOLS = range(0x2190, 0x2C00)
_LEADING, _VOWEL, _TRAILING = range(0x1100, 0x1160), range(0x1160, 0x11A8), range(0x11A8, 0x1200)
_SYLLABLES = range(0xAC00, 0xD7A4)
_SYLLABLE_ROW = 28


def clusters(text: str) -> list[str]:
    """Split into grapheme clusters (Unicode's rules, without those of Indic conjuncts)."""
    if text.isascii() and "\r" not in text:
        return list(text)
    found: list[str] = []
    for char in text:
        if found and _joins(found[-1], char):
            found[-1] += char
        else:
            found.append(char)
    return found


def count(text: str) -> int:
    """Count grapheme clusters."""
    return len(text) if text.isascii() and "\r" not in text else len(clusters(text))


def _joins(cluster: str, char: str) -> bool:
    last = cluster[-1]
    if last == "\r" or unicodedata.category(last) in {"Cc", "Zl", "Zp"}:
        return last == "\r" and char == "\n"
    if unicodedata.category(char) in _MARKS or char in {_JOINER, "\u200c"}:
        return True
    code, before = ord(char), ord(last)
    if code in _TONES:
        return True
    if last == _JOINER:
        return _is_picture(code) and any(_is_picture(ord(other)) for other in cluster[:-1])
    if code in _FLAGS and before in _FLAGS:
        return len(cluster) % 2 == 1
    return _hangul(before, code)


def _is_picture(code: int) -> bool:
    return code in _PICTURES or code in _SYMBOLS or code in {0xA9, 0xAE, 0x203C, 0x3030}


def _hangul(before: int, code: int) -> bool:
    open_syllable = before in _SYLLABLES and (before - 0xAC00) % _SYLLABLE_ROW == 0
    if before in _LEADING:
        return code in _LEADING or code in _VOWEL or code in _SYLLABLES
    if before in _VOWEL or open_syllable:
        return code in _VOWEL or code in _TRAILING
    return (before in _TRAILING or before in _SYLLABLES) and code in _TRAILING
