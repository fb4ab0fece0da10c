"""Queries of SQL, as DuckDB has parsed them, made relations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gcrm.geocode.single import syntax
from gcrm.geocode.single.aggregate import AGGREGATES
from gcrm.geocode.single.call import Constant
from gcrm.geocode.single.expression import Expressions, Scope
from gcrm.geocode.single.relation import Clock, Derived, Relation, grouped
from gcrm.geocode.single.value import numbers, order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gcrm.geocode.single.call import Cell, Function, Node
    from gcrm.geocode.single.relation import Row, Rows

    Steps = Mapping[str, Relation]
    Columns = list[tuple[str, str]]


class Queries:
    """Makes relations of queries.

    Parameters
    ----------
    table
        Name -> the relation of that name.
    clock
        Counts the statements.
    letters
        Name of a function of text -> what DuckDB makes of letters beyond ASCII.
    macros
        Name -> parameters and expression.
    """

    def __init__(
        self,
        table: Callable[[str], Relation],
        clock: Clock,
        letters: Mapping[str, Callable[[str], str]],
        macros: Mapping[str, tuple[list[str], Node]],
    ) -> None:
        self._table = table
        self._clock = clock
        self._expressions = Expressions(letters, macros, self.relation)

    def relation(self, node: Node, steps: Steps) -> Relation:
        """Return what a query reads.

        Parameters
        ----------
        node
            The query, as DuckDB has parsed it.
        steps
            Relations that are named in front of it.

        Returns
        -------
        Relation
            Its rows.

        Raises
        ------
        InternalError
            If the stage's SQL says something that was never said in it before.
        """
        steps = {**steps}
        for step in node["cte_map"]["map"]:
            steps[step["key"]] = self.relation(step["value"]["query"]["node"], steps)
        made = self._union(node, steps) if node["type"] == "SET_OPERATION_NODE" else self._select(node, steps)
        for modifier in node["modifiers"]:
            made = self._modified(made, modifier)
        return made

    def _union(self, node: Node, steps: Steps) -> Relation:
        if node["setop_type"] != "UNION":
            raise syntax.unknown(node["setop_type"])
        parts = [self.relation(part, steps) for part in node.get("children") or (node["left"], node["right"])]

        def produce() -> Rows:
            rows = [row for part in parts for row in part.rows()]
            return rows if node["setop_all"] else [*dict.fromkeys(rows)]

        return Derived(parts[0].names, self._clock, produce, held=all(part.held for part in parts))

    def _modified(self, made: Relation, modifier: Node) -> Relation:
        """Leave rows out that are there already, or put them in order."""
        if modifier["type"] == "DISTINCT_MODIFIER" and not modifier["distinct_on_targets"]:
            return Derived(made.names, self._clock, lambda: [*dict.fromkeys(made.rows())], held=made.held)
        if modifier["type"] == "ORDER_MODIFIER":
            key = self._order(modifier["orders"], Scope([("", name) for name in made.names], {}))
            return Derived(made.names, self._clock, lambda: sorted(made.rows(), key=key), held=made.held)
        raise syntax.unknown(modifier["type"])

    def _order(self, orders: list[Node], scope: Scope) -> Callable[[Row], Any]:
        """Return what rows are put in order by."""
        if any(by["type"] == "DESCENDING" for by in orders):
            what = "DESCENDING"
            raise syntax.unknown(what)
        parts = [self._expressions.function(by["expression"], scope) for by in orders]
        return lambda row: tuple(order(part(row)) for part in parts)

    # What is read.

    def _source(self, node: Node, steps: Steps) -> tuple[Relation, Columns]:
        """Return the rows that a query reads, and what its columns are called."""
        if node["type"] == "EMPTY":
            return Derived((), self._clock, lambda: [()], held=True), []
        if node["type"] == "JOIN":
            return self._join(node, steps)
        if node["type"] == "BASE_TABLE":
            name = node["table_name"]
            relation = steps.get(name) if not node["schema_name"] else None
            relation = relation or self._table(".".join(filter(None, (node["schema_name"], name))))
            alias = node["alias"] or name
        elif node["type"] == "SUBQUERY":
            relation, alias = self.relation(node["subquery"]["node"], steps), node["alias"]
        elif node["type"] == "TABLE_FUNCTION" and node["function"]["function_name"] == "range":
            ends = [self._expressions.function(end, Scope([], {}))(()) for end in node["function"]["children"]]
            rows = [(number,) for number in numbers(*ends)]
            relation, alias = Derived(("range",), self._clock, lambda: rows, held=True), node["alias"]
        else:
            raise syntax.unknown(node["type"])
        names = [*node["column_name_alias"], *relation.names[len(node["column_name_alias"]) :]]
        return relation, [(alias, name) for name in names]

    def _join(self, node: Node, steps: Steps) -> tuple[Relation, Columns]:
        (left, columns), (right, others) = self._source(node["left"], steps), self._source(node["right"], steps)
        kind, using = node["join_type"], node["using_columns"]
        if kind not in {"INNER", "LEFT", "SEMI"}:
            raise syntax.unknown(kind)
        conditions = syntax.conditions_of(node["condition"]) if node["condition"] else []
        pairs: list[Any] = [({"class": "COLUMN_REF", "column_names": [n]},) * 2 + (True,) for n in using]
        left_scope, right_scope = Scope(columns, steps), Scope(others, steps)
        found = [(condition, syntax.pair_of(condition, left_scope, right_scope)) for condition in conditions]
        pairs += [pair for _, pair in found if pair]
        rest = [condition for condition, pair in found if not pair]
        # A column that both have is the left one's; that of the right one has no name any more.
        together = columns + [("", "") if name in using else (alias, name) for alias, name in others]
        tests = [self._expressions.function(condition, Scope(together, steps)) for condition in rest]
        partners = self._partners(right, pairs, left_scope, right_scope)
        nothing = (None,) * len(others)

        def produce() -> Rows:
            found = []
            for row in left.rows():
                fitting: Iterable[Row] = partners(row)
                if tests:
                    fitting = [other for other in fitting if all(test(row + other) for test in tests)]
                if kind == "SEMI":
                    found += [row] if fitting else []
                elif fitting or kind == "INNER":
                    found += [row + other for other in fitting]
                else:
                    found.append(row + nothing)
            return found

        kept = columns if kind == "SEMI" else together
        held = left.held and right.held
        return Derived([name for _, name in kept], self._clock, produce, held=held), kept

    def _partners(
        self, right: Relation, pairs: list[Any], left_scope: Scope, right_scope: Scope
    ) -> Callable[[Row], Rows]:
        """Return what finds the rows that fit a row by what has to be equal."""
        if not pairs:
            return lambda _: right.rows()
        of_left = [self._expressions.function(pair[0], left_scope) for pair in pairs]
        strict = [i for i, pair in enumerate(pairs) if pair[2]]
        find = self._index(right, [pair[1] for pair in pairs], right_scope)

        def partners(row: Row) -> Rows:
            key = tuple([part(row) for part in of_left])
            if any(key[i] is None for i in strict):
                return ()
            return find(key)

        return partners

    def _index(self, relation: Relation, keys: list[Node], scope: Scope) -> Callable[[Any], Rows]:
        """Return what finds the rows of a relation by expressions of them."""
        parts = [self._expressions.function(key, scope) for key in keys]
        columns = None
        if all(key["class"] == "COLUMN_REF" for key in keys):
            places = [scope.place(key["column_names"]) for key in keys]
            if all(place and not place[1] for place in places):
                columns = [relation.names[place[0]] for place in places if place]
        token = ",".join(columns) if columns else json.dumps([syntax.bare(key, scope) for key in keys])
        return relation.index(token, lambda row: tuple([part(row) for part in parts]), columns)

    # What is made of it.

    def _select(self, node: Node, steps: Steps) -> Relation:
        source, columns = self._source(node["from_table"], steps)
        selected = self._starred(node["select_list"], columns)
        aliases = {each["alias"]: each for each in selected if each["alias"]}
        scope = Scope(columns, steps, aliases=aliases)
        if node["qualify"] or node["sample"]:
            what = "QUALIFY"
            raise syntax.unknown(what)
        conditions = syntax.conditions_of(node["where_clause"]) if node["where_clause"] else []
        wheres = [self._expressions.function(condition, scope) for condition in conditions]
        read = self._looked_up(source, conditions, scope) or source.rows

        def filtered() -> Rows:
            return [row for row in read() if all(where(row) for where in wheres)] if wheres else read()

        held = source.held and not syntax.reads_questions(node, steps, self._table)
        names = [syntax.name_of(each) for each in selected]
        keys = node["group_expressions"]
        everything = node["aggregate_handling"] == "FORCE_AGGREGATES"
        if keys or everything or any(syntax.aggregates(each) for each in selected):
            if everything:
                keys = [each for each in selected if not syntax.aggregates(each)]
            produce = self._grouped(filtered, selected, keys, node["having"], scope)
        elif (
            not wheres
            and len(selected) == len(columns) == len(source.names)
            and selected == syntax.all_columns(columns)
        ):
            return source if names == list(source.names) else Derived(names, self._clock, source.rows, held=held)
        else:
            produce = self._projected(filtered, selected, scope)
        return Derived(names, self._clock, produce, held=held)

    def _looked_up(self, source: Relation, conditions: list[Node], scope: Scope) -> Callable[[], Rows] | None:
        """Return what looks up the rows of a table that is held by a list that a column of theirs has to be in."""
        if not source.held:
            return None
        for condition in conditions:
            if condition["class"] == "SUBQUERY" and condition["subquery_type"] == "ANY":
                listed = self.relation(condition["subquery"]["node"], scope.steps)
                row = condition["child"]
                find = self._index(source, row["children"] if syntax.is_row(row) else [row], scope)
                return lambda: [
                    found
                    for key in dict.fromkeys(row[0] for row in listed.rows())
                    if key is not None
                    for found in find(key if isinstance(key, tuple) else (key,))
                ]
        return None

    def _projected(self, read: Callable[[], Rows], selected: list[Node], scope: Scope) -> Callable[[], Rows]:
        """Return what computes the columns of each row; lists that are taken apart make several rows of one."""
        inner = Scope(scope.columns, scope.steps, aliases=scope.aliases, unnested=[], windows=[])
        parts = [self._expressions.function(each, inner) for each in selected]
        unnested, windows = self._lists(inner), self._windows(inner)
        if not unnested and not windows:
            return lambda: [tuple([part(row) for part in parts]) for row in read()]

        def produce() -> Rows:
            rows, found = read(), []
            numbered = [(cell, of(rows)) for of, cell in windows]
            for i, row in enumerate(rows):
                for cell, places in numbered:
                    cell.value = places[i]
                lists = [(cell, of(row) or ()) for of, cell in unnested]
                for k in range(max(len(items) for _, items in lists) if lists else 1):
                    for cell, items in lists:
                        cell.value = items[k] if k < len(items) else None
                    found.append(tuple([part(row) for part in parts]))
            return found

        return produce

    def _lists(self, scope: Scope) -> list[tuple[Function, Cell]]:
        """Return what computes the lists that are taken apart."""
        found: list[tuple[Function, Cell]] = []
        for node, cell in scope.unnested or ():
            of = self._expressions.function(
                node["children"][0], Scope(scope.columns, scope.steps, aliases=scope.aliases)
            )
            if node["function_name"] == "generate_subscripts":
                found.append((_places(of), cell))
            else:
                found.append((of, cell))
        return found

    def _windows(self, scope: Scope) -> list[tuple[Callable[[Rows], list[int]], Cell]]:
        """Return what numbers rows within their windows."""
        found = []
        for node, cell in scope.windows or ():
            plain = Scope(scope.columns, scope.steps)
            by = [self._expressions.function(part, plain) for part in node["partitions"]]
            found.append((_numbered(by, self._order(node["orders"], plain)), cell))
        return found

    def _grouped(
        self, read: Callable[[], Rows], selected: list[Node], keys: list[Node], having: Node | None, scope: Scope
    ) -> Callable[[], Rows]:
        """Return what computes the columns of each group of rows."""
        inner = Scope(scope.columns, scope.steps, aliases=scope.aliases, aggregates=[])
        parts = [self._expressions.function(each, inner) for each in selected]
        kept = self._expressions.function(having, inner) if having else Constant(known=True)
        of_group = [self._expressions.function(key, scope) for key in keys]
        aggregates = [(self._aggregate(node, scope), cell) for node, cell in inner.aggregates or ()]
        nothing = (None,) * len(scope.columns)

        def produce() -> Rows:
            rows = read()
            groups = grouped(rows, lambda row: tuple([key(row) for key in of_group])).values() if keys else [rows]
            found = []
            for group in groups:
                for aggregate, cell in aggregates:
                    cell.value = aggregate(group)
                first = group[0] if group else nothing
                if kept(first):
                    found.append(tuple([part(first) for part in parts]))
            return found

        return produce

    def _aggregate(self, node: Node, scope: Scope) -> Callable[[Rows], Any]:
        """Return what makes one value of a group of rows."""
        function = AGGREGATES[node["function_name"]]
        arguments = [self._expressions.function(child, scope) for child in node["children"]]
        wanted = self._expressions.function(node["filter"], scope) if node["filter"] else None
        if node["distinct"] or node["order_bys"]["orders"]:
            what = "ORDER BY"
            raise syntax.unknown(what)

        def aggregate(rows: Rows) -> Any:
            if wanted:
                rows = [row for row in rows if wanted(row)]
            return function([tuple([argument(row) for argument in arguments]) for row in rows] if arguments else rows)

        return aggregate

    def _starred(self, selected: list[Node], columns: Columns) -> list[Node]:
        """Return the select list with the columns that a star stands for."""
        found = []
        for each in selected:
            if each["class"] != "STAR":
                found.append(each)
                continue
            instead = {entry["key"]: entry["value"] for entry in each["replace_list"]}
            for column in syntax.all_columns(columns):
                alias, name = column["column_names"][0], column["alias"]
                if name in each["exclude_list"] or each["relation_name"] not in {"", alias}:
                    continue
                found.append({**instead[name], "alias": name} if name in instead else column)
        return found


def _places(of: Function) -> Function:
    """Return the places in a list."""
    return lambda row: numbers(1, len(of(row) or ()) + 1)


def _numbered(by: list[Function], key: Callable[[Row], Any]) -> Callable[[Rows], list[int]]:
    """Return what numbers rows in an order, within those that have the same values."""

    def numbered(rows: Rows) -> list[int]:
        places = [0] * len(rows)
        last: dict[Any, int] = {}
        for i in sorted(range(len(rows)), key=lambda i: key(rows[i])):
            window = tuple([part(rows[i]) for part in by])
            places[i] = last[window] = last.get(window, 0) + 1
        return places

    return numbered
