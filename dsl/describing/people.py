"""Who acts, in words."""

from collections.abc import Iterable

from dsl.describing.expressions import said
from engine.definition import Definition, Performer


def performers(alternatives: Iterable[Performer], definition: Definition) -> str:
    """Say who may act: 甲或乙, 两名以上执法人员, 与“受理”同一人."""
    return "或".join(_performer(each, definition) for each in alternatives)


def _performer(each: Performer, definition: Definition) -> str:
    if each.same_as is not None:
        return f"办理“{definition.nodes[each.same_as].name}”的同一人"
    scope = "" if each.scope is None else f"（按{said(each.scope, definition)}确定）"
    if each.each:
        return f"每一名{each.role}{scope}"
    return f"{f'至少{each.seats}名' if each.seats > 1 else ''}{each.role}{scope}"
