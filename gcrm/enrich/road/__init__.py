"""Roads: a graph of junctions and stretches, and the times that ways on it take by car, by bicycle and on foot."""

from __future__ import annotations
