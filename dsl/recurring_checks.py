"""Recurring duties (例行): calendars that cannot be followed, people who cannot owe, counts that are never reached."""

from collections.abc import Iterator

from dsl.clauses import (
    Abort,
    Back,
    Basis,
    ByEach,
    Deadline,
    Finish,
    Goto,
    Issue,
    Reminder,
    ResumeMain,
    ToJoin,
)
from dsl.damage import Damage
from dsl.expressions import DurationLiteral, PeriodLiteral, Ref
from dsl.lower import Lowered
from dsl.procedure import After, Fill, PerformedBy
from dsl.recurring import first, lines, recurrence_of, rungs, unit_of
from dsl.registers import Cycle, Duty, Missed, Sample, Streak, Window
from dsl.report import Report
from dsl.source import Place
from dsl.spans import longest_hours
from engine.recurrence import UNCOUNTED, Recurrence, longest
from engine.recurrence import Cycle as Unit
from engine.values import Span
from engine.values import Unit as SpanUnit

_IN_A_YEAR = {
    Unit.DAY: 366,
    Unit.WORKING_DAY: 262,
    Unit.WEEK: 53,
    Unit.TEN_DAYS: 36,
    Unit.MONTH: 12,
    Unit.QUARTER: 4,
    Unit.HALF_YEAR: 2,
    Unit.YEAR: 1,
}
"""Most periods of one unit that end in one calendar year."""


def check_recurring(process: Lowered, damage: Damage, report: Report) -> None:
    """Check what only a recurring duty has."""
    duty = process.declared.process
    assert isinstance(duty, Duty), duty
    if damage.within(duty.place):
        return
    _complete(duty, report)
    _calendar(duty, report)
    _performers(process, duty, report)
    _limits(duty, report)
    _consequences(duty, report)
    _sample(duty, report)
    if not lines(duty, Fill) and not lines(duty, Issue):
        report.warning(
            "E09",
            duty.name.place,
            f"例行“{duty.name.text}”不填表也不出文书，做没做没有凭据",
            "加一行“填写 表单”，表单里写明要留什么材料",
        )


def _complete(duty: Duty, report: Report) -> None:
    kinds: tuple[tuple[type[object], str], ...] = ((Cycle, "周期"), (PerformedBy, "承办"))
    for kind, word in kinds:
        if not lines(duty, kind):
            report.error(
                "E01",
                duty.name.place,
                f"例行“{duty.name.text}”没有写“{word}”",
                "例行要写明多久一次、由谁办：周期 每月 至少 1次；承办 各 角色",
            )
    doubles: tuple[tuple[type[object], str], ...] = (
        *kinds,
        (Window, "窗口"),
        (Sample, "抽查"),
        (Deadline, "时限"),
    )
    for kind, word in doubles:
        for again in lines(duty, kind)[1:]:
            report.error(
                "E01",
                getattr(again, "place", duty.name.place),
                f"例行“{duty.name.text}”写了两行“{word}”",
                "只留一行；不同的人或不同的周期另写一个例行",
            )


# ---- the calendar


def _calendar(duty: Duty, report: Report) -> None:
    cycle = first(duty, Cycle)
    if cycle is None:
        return
    if isinstance(cycle.period, Ref):
        report.error(
            "E02",
            cycle.place,
            f"例行的周期写成固定的，不能取自“{cycle.period.text}”",
            "写 每日、每个工作日、每周、每旬、每月、每季度、每半年、每年；本镇定的在行末写“本地”",
        )
        return
    _period(cycle, cycle.period, report)
    if any(isinstance(line, Basis) for line in duty.properties):
        return
    timed: tuple[Cycle | Deadline, ...] = (cycle, *lines(duty, Deadline))
    for line in timed:
        if not line.local:
            report.warning(
                "E10",
                line.place,
                f"{'周期' if isinstance(line, Cycle) else '时限'}既没有依据也没有写“本地”",
                "出自法规或文件的写“依据 《…》”，本镇自定的在行末写“本地”",
            )


def _period(cycle: Cycle, period: PeriodLiteral, report: Report) -> None:
    unit = unit_of(period)
    if unit is None:
        report.error("E02", cycle.place, "例行不能按小时生成", "最短的周期是 每日；一天几次写“每日 至少 3次”")
    elif period.count < 1 or (cycle.at_least is not None and cycle.at_least.count < 1):
        report.error("E02", cycle.place, "周期和次数至少是 1", "例如 周期 每月 至少 1次")
    elif unit in UNCOUNTED and period.count > 1:
        report.error(
            "E02", cycle.place, "工作日、旬、半年不能几个合成一期", "改用日、周、月、季度，或一期一个"
        )


# ---- people


def _performers(process: Lowered, duty: Duty, report: Report) -> None:
    for line in lines(duty, PerformedBy):
        members = line.performers.members
        each = [member for member in members if isinstance(member, ByEach)]
        if line.performers.joint or (each and len(members) > 1):
            report.error(
                "E03",
                line.place,
                "例行由一种角色承办：“各 角色”不能与别的并列",
                "写“承办 各 角色”（人人有份），或“承办 甲 或 乙”（一期一件，谁办都行）；几种角色各写一个例行",
            )
        for member in each:
            role = process.declared.scope.roles.get(member.role.text)
            if role is not None and (role.external or role.citizen or role.taken is not None):
                report.error(
                    "E03",
                    member.place,
                    f"“{member.role.text}”不是本镇机构里任职的人，不能按人生成例行",
                    "改为机构表里有人担任的角色；外部机关的事写成规程，由本镇录入",
                )


# ---- limits


def _limits(duty: Duty, report: Report) -> None:
    """A period ends before its own limit: the next one would begin while this one may still be done."""
    if first(duty, Cycle) is None:
        return
    rule = recurrence_of(duty)
    period = longest(rule) * 24
    for place, span, what in _spans(duty):
        if longest_hours(span) > period and not _fits(span, rule):
            report.error(
                "E04",
                place,
                f"{what}比周期还长：这一期没到期，下一期又开始了",
                "缩短时限，或把周期放宽；不写时限就是期末到期",
            )


def _spans(duty: Duty) -> Iterator[tuple[Place, Span, str]]:
    for deadline in lines(duty, Deadline):
        if isinstance(deadline.span, DurationLiteral):
            yield deadline.place, deadline.span.value, "时限"
    for reminder in lines(duty, Reminder):
        yield reminder.place, reminder.ahead, "提醒提前的时间"


def _fits(span: Span, rule: Recurrence) -> bool:
    """Working days are counted without the holidays of the year: a month has at most 23, a week 5."""
    if span.unit is not SpanUnit.WORKING_DAY:
        return False
    return span.count * 7 <= longest(rule) * 5


# ---- what follows when it is not done


def _consequences(duty: Duty, report: Report) -> None:
    missed = lines(duty, Missed)
    if not missed:
        report.warning(
            "E05",
            duty.name.place,
            f"例行“{duty.name.text}”没有写未完成怎么办",
            "加一行“未完成 则 通知 角色”，还可以写“未完成 连续 2次 则 …”",
        )
    seen: set[tuple[Streak | None, int | None]] = set()
    most = _IN_A_YEAR[recurrence_of(duty).cycle]
    for line in missed:
        if line.streak is not None and (line.count or 0) < 2:
            report.error("E06", line.place, "连续、累计至少写 2次", "一次就要管的写“未完成 则 …”")
        elif line.streak is Streak.CUMULATIVE and (line.count or 0) > most:
            report.error(
                "E06",
                line.place,
                f"一个自然年最多 {most} 期，“累计 {line.count}次”永远不会发生",
                "累计按自然年计；减少次数，或改写“连续”",
            )
        elif (line.streak, line.count) in seen:
            report.error("E06", line.place, "同样的未完成写了两行", "合成一行，几个动作之间用 ；")
        seen.add((line.streak, line.count))
    written = [line.actions for line in rungs(duty)] + [line.actions for line in lines(duty, After)]
    for actions in written:
        for action in actions:
            if isinstance(action, Goto | Back | ToJoin | ResumeMain | Finish | Abort):
                report.error(
                    "E07",
                    action.place,
                    "例行没有可以转去的步骤，未完成后仍可补做（补做永远算迟）",
                    "写 通知、催办、升级 给、触发 规程；不要写转、退回、办结、终止",
                )


def _sample(duty: Duty, report: Report) -> None:
    sample = first(duty, Sample)
    if sample is not None and not 0 < sample.share <= 1:
        report.error("E08", sample.place, "抽查的比例要大于 0、不超过 100%", "例如 抽查 10% 承办 角色")
