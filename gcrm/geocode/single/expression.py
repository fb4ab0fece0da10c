"""Expressions of SQL, as DuckDB has parsed them, made functions of a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from dataclasses import replace as dataclass_replace
from typing import TYPE_CHECKING, Any

from gcrm.errors import InternalError
from gcrm.geocode.single import call, syntax, value
from gcrm.geocode.single.aggregate import AGGREGATES
from gcrm.geocode.single.call import Cell, Constant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gcrm.geocode.single.relation import Relation, Row

    Node = dict[str, Any]
    Function = Callable[[Row], Any]

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "COMPARE_EQUAL": lambda a, b: a == b,
    "COMPARE_NOTEQUAL": lambda a, b: a != b,
    "COMPARE_LESSTHAN": lambda a, b: a < b,
    "COMPARE_LESSTHANOREQUALTO": lambda a, b: a <= b,
    "COMPARE_GREATERTHAN": lambda a, b: a > b,
    "COMPARE_GREATERTHANOREQUALTO": lambda a, b: a >= b,
}


@dataclass
class Scope:
    """What names stand for.

    Attributes
    ----------
    columns
        Alias of the table and name of each column of a row; the name alone is null where a join has it once.
    steps
        Relations that are named in front of the statement.
    variables
        Parameters of functions.
    aliases
        Expressions of the select list that have a name.
    aggregates
        Aggregates that are met, with their cells; null where there may be none.
    unnested
        Lists that are taken apart, with their cells; null where there may be none.
    windows
        Windows that are met, with their cells.
    """

    columns: list[tuple[str, str]]
    steps: Mapping[str, Relation]
    variables: Mapping[str, Function] = field(default_factory=dict)
    aliases: Mapping[str, Node] = field(default_factory=dict)
    aggregates: list[tuple[Node, Cell]] | None = None
    unnested: list[tuple[Node, Cell]] | None = None
    windows: list[tuple[Node, Cell]] | None = None

    def place(self, names: list[str]) -> tuple[int, list[str]] | None:
        """Return the place of a column, and the fields of it that are named; null where there is no such column."""
        if len(names) > 1:
            for i, column in enumerate(self.columns):
                if column == (names[0], names[1]):
                    return i, names[2:]
        for i, column in enumerate(self.columns):
            if column[1] == names[0]:
                return i, names[1:]
        return None


class Expressions:
    """Makes functions of expressions.

    Parameters
    ----------
    letters
        Name of a function of text -> what DuckDB makes of letters beyond ASCII.
    macros
        Name -> parameters and expression.
    subquery
        Makes a relation of a query.
    """

    def __init__(
        self,
        letters: Mapping[str, Callable[[str], str]],
        macros: Mapping[str, tuple[list[str], Node]],
        subquery: Callable[[Node, Mapping[str, Relation]], Relation],
    ) -> None:
        self._strict = {**value.STRICT, **{name: call.lettered(name, asked) for name, asked in letters.items()}}
        self._macros = macros
        self._relation = subquery
        self._called: dict[str, Callable[..., Any]] = {}

    def function(self, node: Node, scope: Scope) -> Function:
        """Return what an expression is of a row.

        Raises
        ------
        InternalError
            If the stage's SQL says something that was never said in it before.
        """
        make = getattr(self, "_" + node["class"].lower(), None)
        if make is None:
            raise syntax.unknown(node.get("function_name") or node["type"])
        return make(node, scope)  # type: ignore[no-any-return]

    def _constant(self, node: Node, _: Scope) -> Function:
        given = node["value"]
        if given["is_null"]:
            return Constant(None)
        kind, known = given["type"], given["value"]
        if kind["id"] == "DECIMAL":
            return Constant(known / 10 ** kind["type_info"]["scale"])
        if kind["id"] == "LIST":  # so the parser says of an end of a slice that is not given
            return Constant(value.OPEN)
        return Constant(known)

    def _column_ref(self, node: Node, scope: Scope) -> Function:
        names = node["column_names"]
        if names[0] in scope.variables:
            return call.fields(scope.variables[names[0]], names[1:])
        found = scope.place(names)
        if found:
            i, fields = found
            return call.fields(call.column(i), fields)
        if names[0] in scope.aliases:
            return call.fields(self.function(scope.aliases[names[0]], scope), names[1:])
        msg = f"a column that is not there: {'.'.join(names)}"
        raise InternalError(msg)

    def _function(self, node: Node, scope: Scope) -> Function:
        name, arguments = node["function_name"], node["children"]
        if name in AGGREGATES and scope.aggregates is not None:
            return call.collected(node, scope.aggregates)
        if name in {"unnest", "generate_subscripts"} and scope.unnested is not None:
            return call.collected(node, scope.unnested)
        if name in {"list_transform", "list_filter"}:
            return self._of_list(name, arguments, scope)
        parts = [self.function(argument, scope) for argument in arguments]
        if name == "struct_pack":
            names = [argument["alias"] for argument in arguments]
            return lambda row: value.Struct(zip(names, [part(row) for part in parts], strict=True))
        if name in self._strict:
            return call.strictly(self._strict[name], parts)
        return call.called_with(value.PLAIN.get(name) or self._macro(name), parts)

    def _of_list(self, name: str, arguments: list[Node], scope: Scope) -> Function:
        """Return a list of what a function is of each item, or of the items for which it holds."""
        given, rule = arguments
        parameters = [rule["lhs"]] if rule["lhs"]["class"] == "COLUMN_REF" else rule["lhs"]["children"]
        cells = [Cell(), Cell()]
        variables = {**scope.variables}
        for parameter, cell in zip(parameters, cells, strict=False):
            variables[parameter["column_names"][0]] = cell
        inner = dataclass_replace(scope, variables=variables)
        items, of_item, (one, place) = self.function(given, scope), self.function(rule["expr"], inner), cells

        def said(row: Row) -> list[tuple[Any, Any]] | None:
            values = items(row)
            if values is None:
                return None
            results = []
            for i, each in enumerate(values, 1):
                one.value, place.value = each, i
                results.append((each, of_item(row)))
            return results

        if name == "list_transform":
            return lambda row: None if (found := said(row)) is None else tuple(result for _, result in found)
        return lambda row: None if (found := said(row)) is None else tuple(each for each, result in found if result)

    def _macro(self, name: str) -> Callable[..., Any]:
        """Return a macro as a function of its arguments."""
        if name not in self._called:
            if name not in self._macros:
                raise syntax.unknown(name)
            parameters, body = self._macros[name]
            cells = [Cell() for _ in parameters]
            of_cells = self.function(body, Scope([], {}, dict(zip(parameters, cells, strict=True))))

            def called(*arguments: Any) -> Any:
                for cell, argument in zip(cells, arguments, strict=True):
                    cell.value = argument
                return of_cells(())

            self._called[name] = called
        return self._called[name]

    def _comparison(self, node: Node, scope: Scope) -> Function:
        left, right = self.function(node["left"], scope), self.function(node["right"], scope)
        if node["type"] == "COMPARE_DISTINCT_FROM":
            return lambda row: left(row) != right(row)
        if node["type"] == "COMPARE_NOT_DISTINCT_FROM":
            return lambda row: left(row) == right(row)
        compare = _COMPARISONS.get(node["type"])
        if compare is None:
            raise syntax.unknown(node.get("function_name") or node["type"])
        return call.strictly(compare, [left, right])

    def _conjunction(self, node: Node, scope: Scope) -> Function:
        parts = [self.function(child, scope) for child in node["children"]]
        decisive = node["type"] == "CONJUNCTION_OR"

        def decided(row: Row) -> bool | None:
            unknown = False
            for part in parts:
                said = part(row)
                if said is None:
                    unknown = True
                elif bool(said) is decisive:
                    return decisive
            return None if unknown else not decisive

        return decided

    def _between(self, node: Node, scope: Scope) -> Function:
        one, low, high = (self.function(node[name], scope) for name in ("input", "lower", "upper"))

        def between(row: Row) -> bool | None:
            given, least, most = one(row), low(row), high(row)
            if given is None:
                return None
            if (least is not None and given < least) or (most is not None and given > most):
                return False
            return None if least is None or most is None else True

        return between

    def _case(self, node: Node, scope: Scope) -> Function:
        checks = [
            (self.function(check["when_expr"], scope), self.function(check["then_expr"], scope))
            for check in node["case_checks"]
        ]
        otherwise = self.function(node["else_expr"], scope)

        def chosen(row: Row) -> Any:
            for when, then in checks:
                if when(row):
                    return then(row)
            return otherwise(row)

        return chosen

    def _cast(self, node: Node, scope: Scope) -> Function:
        kind, tried = node["cast_type"]["id"], node["try_cast"]
        return call.called_with(
            lambda given: call.cast(given, kind, tried=tried), [self.function(node["child"], scope)]
        )

    def _operator(self, node: Node, scope: Scope) -> Function:
        parts = [self.function(child, scope) for child in node["children"]]
        kind = node["type"]
        if kind == "OPERATOR_COALESCE":
            return lambda row: next((said for part in parts if (said := part(row)) is not None), None)
        if kind == "OPERATOR_NOT":
            return call.strictly(lambda said: not said, parts)
        if kind in {"OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL"}:
            wanted = kind == "OPERATOR_IS_NULL"
            return lambda row: (parts[0](row) is None) is wanted
        if kind in {"ARRAY_EXTRACT", "STRUCT_EXTRACT"}:
            return call.strictly(value.item, parts)
        if kind == "ARRAY_SLICE":
            return call.strictly(value.part, parts)
        if kind in {"COMPARE_IN", "COMPARE_NOT_IN"}:
            held = call.held(parts[0], lambda row: [part(row) for part in parts[1:]])
            return held if kind == "COMPARE_IN" else call.strictly(lambda said: not said, [held])
        raise syntax.unknown(node.get("function_name") or node["type"])

    def _subquery(self, node: Node, scope: Scope) -> Function:
        relation = self._relation(node["subquery"]["node"], scope.steps)
        if node["subquery_type"] == "SCALAR":
            return lambda _: rows[0][0] if (rows := relation.rows()) else None
        if node["subquery_type"] != "ANY":
            raise syntax.unknown(node.get("function_name") or node["type"])
        find = relation.index("first", lambda row: row[0], relation.names[:1])
        return call.strictly(
            lambda given: True if find(given) else None if find(None) else False,
            [self.function(node["child"], scope)],
        )

    def _window(self, node: Node, scope: Scope) -> Function:
        if node["type"] != "WINDOW_ROW_NUMBER" or scope.windows is None:
            raise syntax.unknown(node.get("function_name") or node["type"])
        return call.collected(node, scope.windows)
