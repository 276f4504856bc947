"""What happens, in words: effects in order, then where the case goes."""

from collections.abc import Iterable

from dsl.describing.expressions import said
from engine.definition import (
    Abort,
    Actions,
    Arm,
    Back,
    Block,
    Definition,
    Effect,
    Emit,
    Escalate,
    Finish,
    Goto,
    Issue,
    LinkCase,
    Move,
    Notify,
    ResumeMain,
    SetData,
    SetField,
    ToJoin,
    Trigger,
    Urge,
)


def acts(actions: Actions, definition: Definition) -> str:
    """Say actions: 通知整改责任人，转到“复查”."""
    said_effects = [_effect(each, definition) for each in actions.effects]
    moves = [] if actions.move is None else [move(actions.move, definition)]
    return "，".join([*said_effects, *moves]) or "不做别的"


def roles(names: Iterable[str]) -> str:
    """Say roles one after another."""
    return "、".join(names)


def chain(arms: tuple[Arm, ...], definition: Definition) -> str:
    """Say a 若 … 否则若 … 否则."""
    return "；".join(
        f"{'其他情况下' if arm.condition is None else f'如果{said(arm.condition, definition)}'}，"
        f"{acts(arm.actions, definition)}"
        for arm in arms
    )


def _effect(effect: Effect, definition: Definition) -> str:
    match effect:
        case SetData(name, value):
            return f"把“{name}”记为{said(value, definition)}"
        case SetField(field, value):
            return f"把{said(field, definition)}填为{said(value, definition)}"
        case Trigger(process, _, each):
            times = "" if each is None else f"就{said(each, definition)}，逐项"
            return f"{times}另立“{process}”案件"
        case Emit(event):
            return f"发出“{event}”"
        case LinkCase(number):
            return f"与{said(number, definition)}一案关联"
        case Notify(to, text):
            return f"通知{roles(to)}" + (f"“{text}”" if text else "")
        case Urge(to):
            return f"催办{roles(to) if to else '承办人'}"
        case Escalate(to):
            return f"报{roles(to)}督促"
        case Issue(document):
            return f"出具“{document}”"


def move(way: Move, definition: Definition) -> str:
    """Say where the case goes."""
    match way:
        case Goto(node):
            return f"转到“{definition.nodes[node].name}”"
        case Back(node, branch, limit, exceeded):
            target = definition.nodes[node]
            name = (
                target.branches[branch].name
                if branch is not None and isinstance(target, Block)
                else target.name
            )
            times = "" if limit is None else f"（至多{limit}次）"
            after = "" if exceeded is None else f"；次数用完的，{acts(exceeded, definition)}"
            return f"退回“{name}”{times}{after}"
        case ToJoin():
            return "结束这一支"
        case ResumeMain():
            return "案件留在原处继续"
        case Finish():
            return "办结"
        case Abort(reason):
            return "案件终止" + (f"（{reason}）" if reason else "")
