"""Who acts, in words."""

from collections.abc import Iterable

from dsl.describing.expressions import said
from engine.definition import Definition, Performer


def performers(alternatives: Iterable[Performer], definition: Definition) -> str:
    """Say who may act: 甲或乙, 执法人员（至少2人）, 办理“受理”的同一人."""
    return "或".join(_performer(each, definition) for each in alternatives)


def _performer(each: Performer, definition: Definition) -> str:
    if each.same_as is not None:
        return f"办理“{definition.nodes[each.same_as].name}”的同一人"
    if each.superior_of is not None:
        return f"办理“{definition.nodes[each.superior_of].name}”的人的上级"
    notes = [f"至少{each.seats}人"] if each.seats > 1 and not each.each else []
    notes += [] if each.scope is None else [f"按{said(each.scope, definition)}确定"]
    told = f"（{'，'.join(notes)}）" if notes else ""
    return f"{'每一名' if each.each else ''}{'在办最少的' if each.least_busy else ''}{each.role}{told}"
