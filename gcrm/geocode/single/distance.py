"""How far apart two texts are, counted in bytes as DuckDB does."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=20_000)
def levenshtein(one: str, other: str) -> int:
    """Return the least number of letters added, left out or replaced."""
    a, b = _bytes(one, other)
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        corner, row[0] = row[0], i
        left = i
        for j, facing in enumerate(b, 1):
            above = row[j]
            left = corner if letter == facing else 1 + (left if left < above and left < corner else min(corner, above))
            corner = above
            row[j] = left
    return row[-1]


@lru_cache(maxsize=20_000)
def damerau_levenshtein(one: str, other: str) -> int:
    """Return the same where neighbours may change places, with letters between them added or left out."""
    a, b = _bytes(one, other)
    far = len(a) + len(b)
    last: dict[object, int] = {}
    table = [[far] * (len(b) + 2) for _ in range(len(a) + 2)]
    for i in range(len(a) + 1):
        table[i + 1][1] = i
    for j in range(len(b) + 1):
        table[1][j + 1] = j
    for i, letter in enumerate(a, 1):
        matched = 0
        for j, facing in enumerate(b, 1):
            row, column = last.get(facing, 0), matched
            if letter == facing:
                matched = j
            table[i + 1][j + 1] = min(
                table[i][j] + (letter != facing),
                table[i + 1][j] + 1,
                table[i][j + 1] + 1,
                table[row][column] + (i - row - 1) + 1 + (j - column - 1),
            )
        last[letter] = i
    return table[-1][-1]


@lru_cache(maxsize=20_000)
def jaro_similarity(one: str, other: str) -> float:
    """Return how much two texts have in common, 0-1: letters at about the same place, and in the same order."""
    a, b = _bytes(one, other)
    if not a or not b:
        return 0.0
    reach = max(max(len(a), len(b)) // 2 - 1, 0)
    free = [True] * len(b)
    common = []
    for i, letter in enumerate(a):
        for j in range(max(0, i - reach), min(len(b), i + reach + 1)):
            if free[j] and b[j] == letter:
                free[j] = False
                common.append(letter)
                break
    if not common:
        return 0.0
    facing = [letter for letter, left in zip(b, free, strict=True) if not left]
    crossed = sum(x != y for x, y in zip(common, facing, strict=True)) // 2
    found = len(common)
    return (found / len(a) + found / len(b) + (found - crossed) / found) / 3.0


def _bytes(one: str, other: str) -> tuple[str, str] | tuple[bytes, bytes]:
    """Return what is counted: the texts themselves where each letter is one byte."""
    return (one, other) if one.isascii() and other.isascii() else (one.encode(), other.encode())
