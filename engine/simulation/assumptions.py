"""What a simulation assumes of the town: how often cases arrive, who is there, how long work takes. All of it is data."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from engine.edge_refusals import Malformed

OTHER_STEPS = "其余步骤"


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Averages; what is drawn from them follows the seed.

    Args:
        begins: first day.
        arrivals: cases that begin on a working day.
        staff: people who hold a role; `staff_of` by role.
        hours: working hours that a step takes; `hours_of` by step.
        authority_days: days until another authority has answered.
        linked_days: days until a case that was started from here has ended.
        event_days: days until an awaited event comes.
        service_days: days until an issued document is served.
        absence: share of working days on which a person is away.
        powers: share of cases in which the town holds a power that a step needs.
        happens: share of completed steps beside which an at-any-time item is begun.
        weights: step (or `OTHER_STEPS`) -> outcome -> how often it is chosen, beside 1 for the others.
    """

    begins: date = date(2025, 1, 6)
    arrivals: float = 4.0
    staff: int = 4
    staff_of: Mapping[str, int] = field(default_factory=dict)
    hours: float = 2.0
    hours_of: Mapping[str, float] = field(default_factory=dict)
    authority_days: float = 7.0
    linked_days: float = 20.0
    event_days: float = 5.0
    service_days: float = 2.0
    absence: float = 0.05
    powers: float = 0.5
    happens: float = 0.03
    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


KEYS = {
    "开始": "begins",
    "每个工作日案件": "arrivals",
    "每个角色人数": "staff",
    "人数": "staff_of",
    "办理小时": "hours",
    "步骤小时": "hours_of",
    "外部机关天数": "authority_days",
    "关联案件天数": "linked_days",
    "事件天数": "event_days",
    "送达天数": "service_days",
    "请假比例": "absence",
    "有职权比例": "powers",
    "随时事项比例": "happens",
    "结论权重": "weights",
}
"""What the keys of the data file mean."""


def read_assumptions(data: Mapping[str, Any]) -> Assumptions:
    """Read the data file beside a definition.

    Raises:
        Malformed: every unknown key and every value of the wrong kind, at once.
    """
    values: dict[str, Any] = {}
    mistakes: list[str] = []
    kinds = {each.name: each.type for each in fields(Assumptions)}
    for key, value in data.items():
        name = KEYS.get(key)
        if name is None:
            mistakes.append(f"没有“{key}”这一项；可写：{'、'.join(KEYS)}")
        elif name == "begins":
            values[name] = _day(key, value, mistakes)
        elif isinstance(value, Mapping) is ("Mapping" in str(kinds[name])):
            values[name] = value if isinstance(value, Mapping) else _number(key, value, mistakes)
        else:
            mistakes.append(f"“{key}”应为{'一组“名称：数”' if not isinstance(value, Mapping) else '一个数'}")
    if mistakes:
        raise Malformed("模拟假设", tuple(mistakes))
    return Assumptions(**values)


def _day(key: str, value: object, mistakes: list[str]) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        mistakes.append(f"“{key}”应为日期，如 2025-01-06")
        return None


def _number(key: str, value: object, mistakes: list[str]) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return value
    mistakes.append(f"“{key}”应为不小于 0 的数")
    return 0
