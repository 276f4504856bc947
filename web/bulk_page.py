"""成批办理 as text: which operations a list offers, what is about to happen to how many, what became of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.bulk import BulkResult
from engine.option_making import LABELS
from engine.views import Item

OF_ITEMS: Mapping[str, tuple[str, ...]] = {
    "todo": ("transfer",),
    "claim": ("claim",),
    "overdue": ("claim", "transfer"),
    "watch": ("urge", "transfer"),
    "mine": ("urge",),
}
"""Operations that a tab offers for many items at once. Answers and decisions are never given in bulk."""
OF_CASES = ("urge", "suspend", "resume", "terminate")
"""The same of the list of cases, for administrators."""
OPERATIONS = frozenset((*OF_CASES, "claim", "transfer"))
MOST = 500
"""Items of one bulk operation."""
REASONS = ("transfer", "suspend", "resume", "terminate")
WARNINGS = {
    "terminate": "终止以后不能恢复，请核对后再办理。",
    "suspend": "挂起期间这些案件不能办理，时限照常计算。",
    "transfer": "不能转给对方的几项会逐项说明，仍由原经办人办理。",
    "urge": "同一件 24 小时内只发一次催办通知，重复的只记次数。",
}


@dataclass(frozen=True, slots=True)
class BulkBar:
    """What stands below a list: the operations that may be done with what is marked, as (name, label)."""

    operations: tuple[tuple[str, str], ...]


def bar(operations: Iterable[str]) -> BulkBar:
    """Make the bar of a list."""
    return BulkBar(tuple((each, LABELS[each]) for each in operations))


@dataclass(frozen=True, slots=True)
class Picked:
    """Something marked: its number for the engine, and as the person knows it."""

    target: str
    label: str


def picked(targets: Sequence[str], items: Iterable[Item], numbers: Mapping[int, str]) -> tuple[Picked, ...]:
    """Say what was marked; what cannot be found any more keeps its number."""
    known = {item.id: f"{item.case_number} {item.title or item.process} — {item.step}" for item in items}
    known |= {str(case): number for case, number in numbers.items()}
    return tuple(Picked(target, known.get(target, target)) for target in targets)


def target_of(value: str) -> str:
    """Return what a mark stands for: an item, or a case, which a list of items shows as its item 0."""
    return value.removesuffix("-0")


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """What was not done: which, why, what to do."""

    target: str
    label: str
    said: str
    hint: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result page."""

    title: str
    operation: str
    label: str
    at: str
    total: int
    done: int
    refused: tuple[RefusedRow, ...]


def outcome(result: BulkResult, labels: Mapping[str, str], at: str) -> Outcome:
    """Make the result page of a bulk operation."""
    label = LABELS[result.operation]
    refused = tuple(
        RefusedRow(each.target, labels.get(each.target, each.target), each.text, each.hint)
        for each in result.refused
    )
    return Outcome(f"成批{label}结果", result.operation, label, at, len(result.answers), result.done, refused)
