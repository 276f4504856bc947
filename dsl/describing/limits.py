"""Limits in words: from when, how long, which days count, who may extend, what follows when it is too late."""

from collections.abc import Iterable
from typing import Final

from dsl.describing.actions import acts, roles
from dsl.describing.expressions import said
from dsl.describing.people import performers
from engine.deadline_text import citation_text, span_text
from engine.definition import (
    Actions,
    Anchor,
    AnchorKind,
    Citation,
    Clock,
    Deadline,
    Definition,
    Extension,
    Overdue,
    Reminder,
    Stop,
)
from engine.expressions import Expression, Literal, ParameterRef
from engine.values import Span, Unit

_COUNTED: Final = {
    Unit.WORKING_DAY: "按工作日计，放假不算、调休上班算",
    Unit.DAY: "按自然日计",
    Unit.MONTH: "到相应月份的同一天",
    Unit.YEAR: "到相应年份的同一天",
    Unit.HOUR: "连续计算，节假日不停",
    Unit.MINUTE: "连续计算，节假日不停",
    Unit.WEEK: "按自然日计",
}


COUNTING: Final = (
    "时限起算当天不算；工作日的放假不算、调休上班算；日、月、年按自然日计，小时连续计算；"
    "到期日逢节假日顺延，写明不顺延的除外。"
)


def deadline(limit: Deadline, definition: Definition) -> str:
    """Say a 时限: 从“制定方案”办完起15个工作日内."""
    when = "" if limit.when is None else f"{said(limit.when, definition)}的，"
    if limit.clock is not None:
        return f"{when}不晚于总时限“{limit.clock}”"
    if limit.until is not None:
        return f"{when}不晚于{said(limit.until, definition)}"
    assert limit.span is not None
    start = anchor(limit.anchor, definition)
    text = f"{when}{start}起{_span(limit.span, definition)}内{'' if limit.rolls else '（不顺延）'}"
    return text + ("（本镇规定）" if limit.local else "") + cited(limit.basis)


def anchor(point: Anchor, definition: Definition) -> str:
    """Say the event from which a limit runs or to which a clock runs."""
    match point.kind:
        case AnchorKind.REACHED:
            return "从到达这一步"
        case AnchorKind.STARTED:
            return "从立案"
        case AnchorKind.NODE:
            assert point.node is not None
            return f"从“{definition.nodes[point.node].name}”办完"
        case AnchorKind.MOMENT:
            assert point.moment is not None
            return f"从{said(point.moment, definition)}"
        case AnchorKind.ISSUED:
            return f"从“{point.document}”出具"
        case AnchorKind.SERVED:
            return f"从“{point.document}”送达"
        case AnchorKind.CLOSED:
            return "从办结"


def _span(span: Expression, definition: Definition) -> str:
    """How long; a dated figure as it is now, by name only when it is a declared one."""
    figure = _figure(span, definition)
    text = said(figure, definition)
    local = isinstance(span, ParameterRef) and "." in span.name  # a number that stands in the step
    return text if local or figure is span else f"{text}（{said(span, definition)}）"


def _figure(span: Expression, definition: Definition) -> Expression:
    """The last value of a dated figure; anything else itself."""
    if not isinstance(span, ParameterRef):
        return span
    values = next((each.values for each in definition.parameters if each.name == span.name), ())
    return values[-1].value if values else span


def counting(span: Expression, definition: Definition, *, rolls: bool) -> str:
    """Say which days count, and what becomes of a last day off."""
    figure = _figure(span, definition)
    unit = figure.value.unit if isinstance(figure, Literal) and isinstance(figure.value, Span) else None
    parts = [] if unit is None else [_COUNTED[unit]]
    if unit not in (Unit.HOUR, Unit.MINUTE):
        parts.append("起算当天不算")
        parts.append("到期日逢节假日顺延" if rolls else "到期日逢节假日不顺延")
    return "；".join(parts)


def reminder(line: Reminder) -> str:
    """Say a 提醒."""
    return f"到期前{span_text(line.ahead)}提醒{roles(line.to) if line.to else '承办人'}"


def overdue(rung: Overdue, definition: Definition) -> str:
    """Say a rung of the overdue ladder; nothing of one that only marks the moment."""
    if rung.deemed is None and rung.actions == Actions():
        return ""
    late = "逾期" if rung.after is None else f"逾期{span_text(rung.after)}"
    if rung.when is not None:
        late = f"{late}，且{said(rung.when, definition)}"
    if rung.deemed is not None:
        return f"{late}视为“{rung.deemed}”{cited(rung.basis)}"
    return f"{late}时，{acts(rung.actions, definition)}{cited(rung.basis)}"


def extension(rung: Extension, definition: Definition) -> str:
    """Say a 延期."""
    times = f"{rung.times}次" if rung.times > 1 else "一次"
    by = f"，由{performers(rung.approvers, definition)}批准" if rung.approvers else ""
    upon = f"，凭“{rung.form}”" if rung.form else ""
    issued = f"，批准时出具{'、'.join(f'“{each}”' for each in rung.documents)}" if rung.documents else ""
    return f"可以延期{times}，至多{said(rung.at_most, definition)}{by}{upon}{issued}{cited(rung.basis)}"


def stop(line: Stop, definition: Definition) -> str:
    """Say a 中止."""
    upon = f"凭“{line.form}”" if line.form else ""
    resumed = f"，凭“{line.resume_form}”恢复" if line.resume_form else ""
    return f"可以由{performers(line.performers, definition)}{upon}中止计时{resumed}{cited(line.basis)}"


def clock(line: Clock, definition: Definition) -> str:
    """Say a 总时限 with what belongs to it."""
    until = anchor(line.end, definition).removeprefix("从")
    start = anchor(line.start, definition)
    head = (
        f"“{line.name}”：{start}到{until}，{_span(line.span, definition)}{'' if line.rolls else '（不顺延）'}"
    )
    parts = [
        head + ("（本镇规定）" if line.local else "") + cited(line.basis),
        *((f"“{'”“'.join(line.excludes)}”期间不计",) if line.excludes else ()),
        *(stop(each, definition) for each in line.stops),
        *(extension(each, definition) for each in line.extensions),
        *(reminder(each) for each in line.reminders),
        *(overdue(each, definition) for each in line.overdue),
    ]
    return "；".join(parts) + "。"


def cited(basis: Iterable[Citation]) -> str:
    """Say the articles behind something, in brackets; nothing when there is none."""
    written = "、".join(citation_text(each) for each in basis)
    return f"（{written}）" if written else ""
