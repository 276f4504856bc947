"""What a replayed year is made of: who lives in the town, how much comes of what, how punctual people are. All is data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from engine.edge_refusals import Malformed
from engine.simulation.assumptions import Assumptions, read_assumptions


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Shares of what is owed.

    Args:
        late: share of recurring duties that are made up for after their period; never: share that are not done at all.
        late_days: working days after the period, on average.
        slow: share of other work that lies about before it is taken up; slow_days: for how many days, on average.
    """

    late: float = 0.06
    never: float = 0.03
    late_days: float = 3.0
    slow: float = 0.08
    slow_days: float = 12.0


@dataclass(frozen=True, slots=True)
class YearPlan:
    """A year of a town.

    Args:
        begins, days: the first day, and for how many it goes on.
        arrivals: process -> share of the cases that people start.
        effective: recurring duty -> first day on which it is in force; the others are from `begins` on.
        named: roles whose holders people name in forms; empty: everybody.
        subjects: kinds of units that forms are about; subjects_of: for fields of a name, where they differ.
        weights: as `values.Supply` has them.
        lists_left_open: share of the lists nobody has to fill that stay empty (most rounds find nothing).
        town: description that `population.organisation_of` reads.
    """

    begins: date
    days: int
    arrivals: Mapping[str, float]
    town: Mapping[str, Any]
    assumptions: Assumptions
    punctuality: Punctuality
    effective: Mapping[str, date]
    named: Sequence[str] = ()
    subjects: Sequence[str] = ()
    subjects_of: Mapping[str, Sequence[str]] = field(default_factory=dict)
    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    lists_left_open: float = 0.95


_PUNCTUALITY = {
    "例行补做": "late",
    "例行不做": "never",
    "补做天数": "late_days",
    "拖延": "slow",
    "拖延天数": "slow_days",
}


def read_year_plan(data: Mapping[str, Any]) -> YearPlan:
    """Read the data file of a year.

    Raises:
        Malformed: something is missing or of the wrong kind.
    """
    try:
        begins = date.fromisoformat(data["开始"])
        shares = {_PUNCTUALITY[key]: float(value) for key, value in data.get("守时", {}).items()}
        return YearPlan(
            begins=begins,
            days=int(data["天数"]),
            arrivals={name: float(share) for name, share in data["来件"].items()},
            town=data["镇"],
            assumptions=replace(read_assumptions(data.get("假设", {})), begins=begins),
            punctuality=Punctuality(**shares),
            effective={name: date.fromisoformat(day) for name, day in data.get("例行起始", {}).items()},
            named=tuple(data.get("表单里可写的角色", ())),
            subjects=tuple(data.get("表单里可写的单位类别", ())),
            subjects_of={name: tuple(kinds) for name, kinds in data.get("单位字段的类别", {}).items()},
            weights=data.get("填写权重", {}),
            lists_left_open=float(data.get("清单留空", 0.95)),
        )
    except KeyError as problem:
        raise Malformed("一年的描述", (f"没有“{problem.args[0]}”这一项，或者不认识它",)) from problem
    except (TypeError, ValueError, AttributeError) as problem:
        raise Malformed("一年的描述", (str(problem),)) from problem
