"""例行: a recurring duty is a process of one step, and of a check when a sample is drawn, started by the calendar.

It is first rewritten with the words of a process, so that forms, limits, actions and citations mean the same in both
and every check of processes holds for it too; then it is given what only a duty has.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, TypeVar

from dsl import tree
from dsl.clauses import (
    Accept,
    AtRef,
    Basis,
    ByEach,
    Deadline,
    DeadlineAt,
    Finish,
    Fulfils,
    Issue,
    Overdue,
    Reminder,
    Version,
)
from dsl.context import Context
from dsl.expressions import Expr, Filled, Name, Or, PeriodLiteral, Ref
from dsl.procedure import After, Fill, Outcomes, PerformedBy, Show, Step, StepProperty, Verify, WaitCondition
from dsl.registers import Cycle, Duty, Missed, Sample, Streak, Window
from dsl.source import Place
from engine import definition as lowered
from engine.definition import ByRecurrence, Definition, Role
from engine.expressions import CaseFact, CaseRef, Compare, Comparison, Expression, Literal
from engine.recurrence import UNCOUNTED, Recurrence
from engine.recurrence import Cycle as Unit
from engine.recurrence import MonthDay as Day
from engine.values import Kind, Type

T = TypeVar("T")

WAITING, CHECK = "候抽查", "抽查"
"""Steps of a duty of which a sample is checked."""
CONFIRMED, DISPROVED = "属实", "不属实"
_LEAST: Final = 1


def lines(duty: Duty, kind: type[T]) -> tuple[T, ...]:
    """Return the lines of a kind, in order."""
    return tuple(line for line in duty.properties if isinstance(line, kind))


def first(duty: Duty, kind: type[T]) -> T | None:
    """Return the first line of a kind, or None."""
    return next(iter(lines(duty, kind)), None)


def holder_role(duty: Duty) -> Name | None:
    """Return the role of 承办 各 角色; None when the duty is the town's."""
    for line in lines(duty, PerformedBy):
        for member in line.performers.members:
            if isinstance(member, ByEach):
                return member.role
    return None


# ---- as a process


def as_process(duty: Duty) -> tree.Process:
    """Write a duty as a process: what is owed, then the check of a sample."""
    at = duty.name.place
    sample = first(duty, Sample)
    steps = [Step(duty.name, None, tuple(_owed(duty, sample)), place=duty.place)]
    if sample is not None:
        steps += _checked(duty, sample)
    head: list[tree.ProcessProperty] = [
        line for line in duty.properties if isinstance(line, Version | Basis | Fulfils | Accept)
    ]
    head.append(
        tree.Title(tuple(_own(word, at) for word in ("名称", "期次", "承办人", "责任范围")), place=at)
    )
    return tree.Process(duty.name, tuple(head), (), tuple(steps), (), place=duty.place)


def _owed(duty: Duty, sample: Sample | None) -> Iterator[StepProperty]:
    at = duty.name.place
    for line in duty.properties:
        match line:
            case PerformedBy() | Fill() | Issue() | Verify() | Reminder() | After() | Basis() | Fulfils():
                yield line
            case Deadline(anchor=None):
                yield replace(line, anchor=AtRef(_own("期初", line.place), place=line.place))
            case Deadline():
                yield line
            case Version() | Cycle() | Window() | Missed() | Sample() | Overdue() | Accept():
                pass
    if first(duty, Deadline) is None:
        yield DeadlineAt(_own("期末", at), None, place=at)
    yield from rungs(duty)
    if sample is None:
        yield After((Finish(place=at),), place=at)


def rungs(duty: Duty) -> Iterator[Overdue]:
    """Yield the ladder of a duty: the end of the period itself, 未完成 in order, then 逾期."""
    yield Overdue(None, (), place=duty.name.place)
    for line in lines(duty, Missed):
        yield Overdue(None, line.actions, place=line.place)
    yield from lines(duty, Overdue)


def _checked(duty: Duty, sample: Sample) -> list[Step]:
    at = sample.place
    over: Expr = Or((Filled(_own("抽中", at), place=at), _own("是否逾期", at)), place=at)
    filled = tuple(ref for line in lines(duty, Fill) for ref in line.forms)
    done: list[StepProperty] = [
        PerformedBy(sample.performers, place=at),
        *([Show(filled, place=at)] if filled else []),
        Outcomes((Name(CONFIRMED, place=at), Name(DISPROVED, place=at)), place=at),
        After((Finish(place=at),), place=at),
    ]
    return [
        Step(Name(WAITING, place=at), None, (WaitCondition(over, place=at),), place=at),
        Step(Name(CHECK, place=at), _own("抽中", at), tuple(done), place=at),
    ]


def _own(word: str, place: Place) -> Ref:
    return Ref((Name("本项", place=place), Name(word, place=place)), place=place)


# ---- what only a duty has


def prepare(context: Context, duty: Duty) -> None:
    """Let 本项 mean something, and the scope of the holder's post be the scope of the case."""
    context.is_duty = True
    name = holder_role(duty)
    role = None if name is None else context.scope.roles.get(name.text)
    dimension = None if role is None or role.per is None else role.per.text
    if dimension is not None:
        context.territory = CaseRef(CaseFact.OWED_FOR) if dimension == "村" else None
        context.subject = CaseRef(CaseFact.OWED_FOR) if dimension != "村" else None


def as_recurring(context: Context, duty: Duty, definition: Definition) -> Definition:
    """Give a lowered duty its calendar, its holder and its ladder."""
    owed = definition.nodes[0]
    assert isinstance(owed, lowered.Step), owed
    name = holder_role(duty)
    each = None if name is None else name.text
    performers = tuple(replace(way, scope=None, each=False) if way.each else way for way in owed.performers)
    owed = replace(owed, performers=performers, overdue=_guarded(duty, owed.overdue))
    sample = first(duty, Sample)
    start = ByRecurrence(
        recurrence_of(duty),
        each,
        context.territory is not None or context.subject is not None,
        None if sample is None else (sample.share.numerator, sample.share.denominator),
        None if sample is None else len(definition.nodes) - 1,
        any(line.local for line in duty.properties if isinstance(line, Cycle | Window)),
    )
    return replace(definition, nodes=(owed, *definition.nodes[1:]), starts=(start,))


def with_holder(definition: Definition) -> Definition:
    """Bind the role of 承办 各 角色 to the holder whose occurrence a case is."""
    each = next((by.each for by in definition.starts if isinstance(by, ByRecurrence)), None)
    if each is None:
        return definition
    return replace(
        definition, roles=tuple(_bound(role) if role.name == each else role for role in definition.roles)
    )


def _bound(role: Role) -> Role:
    return replace(role, per=None, taken=CaseRef(CaseFact.OWED_BY))


def _guarded(duty: Duty, ladder: tuple[lowered.Overdue, ...]) -> tuple[lowered.Overdue, ...]:
    """The rungs of 未完成 act once a period, and at the count that they name."""
    missed = lines(duty, Missed)
    guarded = [replace(rung, when=_count(line)) for rung, line in zip(ladder[1:], missed, strict=False)]
    return (ladder[0], *guarded, *ladder[1 + len(missed) :])


def _count(line: Missed) -> Expression:
    fact = CaseFact.MISSED_IN_YEAR if line.streak is Streak.CUMULATIVE else CaseFact.MISSED_IN_A_ROW
    operator = Comparison.GE if line.streak is None else Comparison.EQ
    return Compare(operator, CaseRef(fact), Literal(line.count or _LEAST, Type(Kind.INTEGER)))


def recurrence_of(duty: Duty) -> Recurrence:
    """Return the calendar of a duty; of one that is not complete (reported elsewhere) something like it."""
    cycle, window = first(duty, Cycle), first(duty, Window)
    period = None if cycle is None or isinstance(cycle.period, Ref) else cycle.period
    unit = Unit.MONTH if period is None else unit_of(period) or Unit.DAY
    every = 1 if period is None or unit in UNCOUNTED else max(period.count, 1)
    times = max(cycle.at_least.count, 1) if cycle is not None and cycle.at_least is not None else 1
    if window is None:
        return Recurrence(unit, every, times)
    opens, closes = window.first, window.last
    return Recurrence(unit, every, times, Day(opens.month, opens.day), Day(closes.month, closes.day))


def unit_of(period: PeriodLiteral) -> Unit | None:
    """Return the unit of the calendar; None for one that a duty cannot follow (每小时)."""
    return Unit(period.unit.value) if period.unit.value in set(Unit) else None
