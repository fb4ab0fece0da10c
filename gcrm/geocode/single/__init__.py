"""One address: the stage's own SQL run over a single row, by means that need no setting up.

DuckDB sets up a statement in milliseconds, however few rows it has, and an address takes more than thirty statements.
Here the same statements, as DuckDB itself has parsed them, become functions of Python once (`expression`, `relation`,
`query`); what is held of the reference stands on a shelf with an index (`shelf`). There are no rules here.
"""
