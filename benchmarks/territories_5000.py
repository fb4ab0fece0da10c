"""5000 units become 60 territories in two minutes: how far from the cheapest they can be at most.

Three activities within 5 % each, every territory contiguous, the sum of straight distances to its medoid least. The gap
is that to our own proven lower bound; an independent checker looks at the plan.
"""

from __future__ import annotations

from _territories import run

if __name__ == "__main__":
    run("territories_5000", 5000, 60)
