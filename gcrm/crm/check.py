"""The check of a whole record before it is stored: each field by its rule, then what must hold between them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

from gcrm.crm.entity import ENTITIES, TYPES, own_fields
from gcrm.crm.record import (
    Assignment,
    Contact,
    Decision,
    Owner,
    R,
    Record,
    Sameness,
    Subject,
    SubjectKind,
)
from gcrm.crm.rule import Line, Rule
from gcrm.errors import RecordError


def checked(record: R) -> R:
    """Return the record as it is stored: texts trimmed, words written alike.

    Raises
    ------
    RecordError
        If a field is empty, too long, of another type or out of order; the message names the field.
    """
    entity = ENTITIES[type(record)]
    values: dict[str, Any] = {}
    for name, (allowed, optional) in _RULES[type(record)].items():
        value = getattr(record, name)
        if value is None and optional:
            continue
        try:
            values[name] = _apply(allowed, value)
        except ValueError as error:
            msg = f"{entity}.{name} {error}."
            raise RecordError(msg) from None
    made = replace(record, **values)
    fault = _together(made)
    if fault:
        msg = f"{entity}: {fault}."
        raise RecordError(msg)
    return made


def checked_subject(subject: Any) -> Subject:
    """Return the subject as it is stored.

    Raises
    ------
    RecordError
        If its kind is not known, or its id or level is missing or too much.
    """
    try:
        return _subject(subject)
    except ValueError as error:
        msg = f"subject {error}."
        raise RecordError(msg) from None


def _subject(value: Any) -> Subject:
    if not isinstance(value, Subject):
        msg = f"is a {type(value).__name__}; write it like Subject('customer', 'C1')"
        raise ValueError(msg)  # noqa: TRY004 - every broken rule is a ValueError, see Rule
    kinds = get_args(SubjectKind)
    if value.kind not in kinds:
        msg = f"is of no known kind; known: {', '.join(kinds)}"
        raise ValueError(msg)
    if (value.level is not None) != (value.kind == "region"):
        msg = "needs a level if it is a region, and has none otherwise"
        raise ValueError(msg)
    line: Rule = get_args(Line)[1]
    return Subject(value.kind, line.check(value.id), value.level and line.check(value.level))


def _apply(allowed: Any, value: Any) -> Any:
    if isinstance(allowed, Rule):
        return allowed.check(value)
    if allowed is Subject:
        return _subject(value)
    if value not in allowed:
        msg = f"must be one of {', '.join(allowed)}"
        raise ValueError(msg)
    return value


def _rules(kind: type[Record]) -> dict[str, tuple[Any, bool]]:
    """Return, per field, its rule (or Subject, or the words allowed), and whether it may be null."""
    hints = get_type_hints(kind, include_extras=True)
    return {name: _rule(hints[name]) for name in own_fields(kind)}


def _rule(hint: Any) -> tuple[Any, bool]:
    parts = get_args(hint)
    if type(None) in parts:
        return _rule(next(p for p in parts if p is not type(None)))[0], True
    if hint is Subject:
        return Subject, False
    if get_origin(hint) is Literal:
        return parts, False
    return parts[1], False


def _together(record: Record) -> str:
    """Say what is wrong between the fields of a record; empty where nothing is."""
    match record:
        case Contact(name=None, email=None, phone=None):
            return "a contact needs a name, an e-mail address or a phone number"
        case Owner(valid_from=first, valid_to=end) | Assignment(valid_from=first, valid_to=end):
            late = first is not None and end is not None and end <= first
            return "valid_to must lie after valid_from: it is the first day no longer valid" if late else ""
        case Decision(lon=lon, lat=lat, action=action):
            if (lon is None) != (lat is None) or (action == "not_found") != (lon is None):
                return "what is accepted or moved needs lon and lat, and what is not found has none"
        case Sameness(subject=subject, other_kind=kind, other_id=other):
            if subject.kind not in {"customer", "prospect"}:
                return "only customers and prospects can be the same party"
            if (subject.kind, subject.id) >= (kind, other):
                return "the first of the two by kind and id is the subject, and no record is compared to itself"
    return ""


_RULES = {kind: _rules(kind) for kind in TYPES.values()}
