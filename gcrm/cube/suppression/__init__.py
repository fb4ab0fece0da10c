"""Suppression: what readers without record rights may see, protected jointly when the cube is built.

A project declares tables that are given out. Counts of 1 to k-1 are withheld in them, and enough besides that nobody
who adds, subtracts and compares everything given out (linear programming) can narrow a withheld count to an interval
shorter than k-1. In order: `release` (which tables), `periods`, `face` and `census` (their exact counts), `system`
(what an attacker knows, as linear constraints), `draft`, `pool` and `knowledge` (how it is made of tables),
`neighbourhood` and `witness` (a part of it, and other counts that would have looked the same), `standing` and
`protection` (what to withhold), `thin` (what could tell next to nothing), `build` (the tables without what is
withheld), `answer`, `union` and `shape` (questions to them).
"""
