"""Signs that Word takes from a symbol font, as the characters a person sees.

Such a sign is stored as U+F000 plus its code in the font, and means nothing without it: ``≥`` in
``绿化率≥35%`` is U+F0B3 of Symbol, and losing it would turn a lower bound into an exact figure.
"""

_PRIVATE = range(0xE000, 0xF900)
_CODE = 0xFF
# Code in the font → character. Codes 0x30-0x39 of Symbol are the digits themselves.
_SYMBOL = {
    **{code: chr(code) for code in (*range(0x28, 0x2D), *range(0x2E, 0x40), 0x20, 0x25, 0x5B)},
    **{0x5D: "]", 0x2D: "−", 0xA3: "≤", 0xA5: "∞", 0xAE: "→", 0xB0: "°", 0xB1: "±", 0xB3: "≥"},
    **{0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xBC: "…", 0xD7: "⋅", 0xE5: "∑"},
    **{0x61: "α", 0x62: "β", 0x67: "γ", 0x6D: "μ", 0x57: "Ω", 0x44: "Δ", 0x46: "Φ", 0x66: "φ"},
}
_WINGDINGS = {
    0x80: "⓪",
    **{0x81 + i: chr(ord("①") + i) for i in range(10)},
    0x8B: "⓿",
    **{0x8C + i: chr(ord("❶") + i) for i in range(10)},
    **{0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x75: "◆", 0x76: "❖", 0x77: "◆", 0x9F: "•"},
    **{0xA1: "○", 0xA4: "◉", 0xA7: "▪", 0xA8: "□", 0xAB: "★", 0xD8: "➢", 0xE0: "→", 0xF0: "⇨"},
    **{0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑"},
}
_WINGDINGS_2 = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□"}
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}


def is_private(character: str) -> bool:
    """Return whether the character is a sign of some symbol font and no text of its own."""
    return ord(character) in _PRIVATE


def seen(character: str, font: str) -> str | None:
    """Return what the font shows for a private character, or ``None`` where that is not known."""
    return _FONTS.get(font.strip().lower(), {}).get(ord(character) & _CODE)
