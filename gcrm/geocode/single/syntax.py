"""What DuckDB's parser says of a query: parts of it, and what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm.errors import InternalError
from gcrm.geocode.single.aggregate import AGGREGATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gcrm.geocode.single.expression import Scope
    from gcrm.geocode.single.relation import Relation

    Node = dict[str, Any]
    Columns = list[tuple[str, str]]
    Steps = Mapping[str, Relation]

_EQUAL = {"COMPARE_EQUAL": True, "COMPARE_NOT_DISTINCT_FROM": False}


def unknown(what: str) -> InternalError:
    """Return the error of SQL that cannot be run over single rows."""
    return InternalError(f"SQL of the stage that no single address was ever asked with: {what}")


def inlined(node: Any, macros: Mapping[str, tuple[list[str], Node]]) -> Any:
    """Return a query with macros written out that hold aggregates: those see all rows, not the values of one."""
    if isinstance(node, list):
        return [inlined(part, macros) for part in node]
    if not isinstance(node, dict):
        return node
    node = {name: inlined(part, macros) for name, part in node.items()}
    if node.get("class") == "FUNCTION" and node["function_name"] in macros:
        parameters, body = macros[node["function_name"]]
        if any(each.get("function_name") in AGGREGATES for each in parts_of(body)):
            given = dict(zip(parameters, node["children"], strict=True))
            return {**_replaced(body, given), "alias": node["alias"]}
    return node


def _replaced(node: Any, given: Mapping[str, Node]) -> Any:
    """Return an expression with others for its parameters."""
    if isinstance(node, list):
        return [_replaced(part, given) for part in node]
    if not isinstance(node, dict):
        return node
    if node.get("class") == "COLUMN_REF" and node["column_names"][0] in given:
        return {**given[node["column_names"][0]], "alias": node["alias"]}
    return {name: _replaced(part, given) for name, part in node.items()}


def parts_of(node: Any) -> Iterator[Node]:
    """Return an expression or query and all that is in it."""
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from parts_of(child)
    elif isinstance(node, list):
        for child in node:
            yield from parts_of(child)


def all_columns(columns: Columns) -> list[Node]:
    """Return all columns that have a name."""
    return [
        {"class": "COLUMN_REF", "type": "COLUMN_REF", "alias": name, "column_names": [alias, name]}
        for alias, name in columns
        if name
    ]


def name_of(selected: Node) -> str:
    """Return the name of a column that is computed."""
    if selected["alias"]:
        return str(selected["alias"])
    return str(selected["column_names"][-1]) if selected["class"] == "COLUMN_REF" else ""


def conditions_of(node: Node) -> list[Node]:
    """Return the conditions that all have to hold."""
    if node["type"] == "CONJUNCTION_AND":
        return [condition for child in node["children"] for condition in conditions_of(child)]
    return [node]


def pair_of(condition: Node, left: Scope, right: Scope) -> tuple[Node, Node, bool] | None:
    """Tell what of one row has to equal what of another.

    Parameters
    ----------
    condition
        A condition of a join.
    left, right
        What names stand for in either row.

    Returns
    -------
    tuple or None
        Expressions of both rows, and whether null equals nothing; null where it says something else.
    """
    if condition["type"] not in _EQUAL:
        return None
    for one, other in ((condition["left"], condition["right"]), (condition["right"], condition["left"])):
        if _within(one, left, right) and _within(other, right, left):
            return one, other, _EQUAL[condition["type"]]
    return None


def _within(node: Node, scope: Scope, other: Scope) -> bool:
    """Say whether an expression reads columns of one side, and none of the other."""
    names = [each["column_names"] for each in parts_of(node) if each.get("class") == "COLUMN_REF"]
    if any(each.get("class") in {"SUBQUERY", "LAMBDA"} for each in parts_of(node)):
        return False
    return bool(names) and all(scope.place(name) and tuple(name[:2]) not in other.columns for name in names)


def aggregates(node: Node) -> bool:
    """Say whether an expression makes one value of many rows; those of its subqueries are their own."""
    if node.get("class") == "SUBQUERY":
        return False
    if node.get("class") == "FUNCTION" and node["function_name"] in AGGREGATES:
        return True
    children = [child for value in node.values() for child in (value if isinstance(value, list) else [value])]
    return any(aggregates(child) for child in children if isinstance(child, dict))


def reads_questions(node: Node, steps: Steps, table: Callable[[str], Relation]) -> bool:
    """Say whether a query reads, in its subqueries, too, what is not held.

    Parameters
    ----------
    node
        The query.
    steps
        Relations that are named in front of it.
    table
        Name -> the relation of that name.

    Returns
    -------
    bool
        True where its rows may be others for the next question.
    """
    for each in parts_of({name: part for name, part in node.items() if name != "cte_map"}):
        if each.get("type") == "BASE_TABLE":
            name = each["table_name"]
            relation = steps.get(name) if not each["schema_name"] else None
            own = {step["key"] for inner in parts_of(node) if "cte_map" in inner for step in inner["cte_map"]["map"]}
            if name in own and relation is None:
                continue
            if not (relation or table(".".join(filter(None, (each["schema_name"], name))))).held:
                return True
    return False


def is_row(node: Node) -> bool:
    """Say whether an expression puts several values into one."""
    return bool(node["class"] == "FUNCTION" and node["function_name"] == "row")


def bare(node: Any, scope: Scope) -> Any:
    """Return an expression without where it stands and what its table is called."""
    if isinstance(node, dict):
        if node.get("class") == "COLUMN_REF":
            place = scope.place(node["column_names"])
            return [place[0], place[1]] if place else node["column_names"]
        return {name: bare(part, scope) for name, part in node.items() if name not in {"query_location", "alias"}}
    if isinstance(node, list):
        return [bare(part, scope) for part in node]
    return node
