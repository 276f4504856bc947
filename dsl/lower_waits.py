"""Steps without a person: 等待 a condition, an event or a length of time, and 子规程, a case that the step starts."""

from dataclasses import dataclass, field

from dsl.arguments import trigger_arguments, unknown_event
from dsl.citations import basis_of, obligations_of
from dsl.clauses import Issue, SetValue, Trigger
from dsl.context import Context, Env
from dsl.elaborate import condition
from dsl.expressions import Ref
from dsl.lower_actions import actions, guard, joined, route, set_value
from dsl.lower_limits import anchor, form_named, limits, span
from dsl.procedure import (
    After,
    Block,
    Countersign,
    Draw,
    Entered,
    Fill,
    NodeDecl,
    Outcomes,
    PerformedBy,
    Require,
    Route,
    Step,
    SubProcess,
    Verify,
    WaitCondition,
    WaitEvent,
    WaitSpan,
)
from dsl.tree import Process
from engine import definition as lowered
from engine.expressions import Expression, Literal
from engine.values import Kind, Type


def is_wait(step: Step) -> bool:
    """Tell whether a step has no person: 等待, 子规程."""
    return any(
        isinstance(line, WaitCondition | WaitEvent | WaitSpan | SubProcess) for line in step.properties
    )


def is_awaited_call(step: Step) -> bool:
    """Tell whether a step ends with the case that it starts: 子规程 … 等待."""
    return any(isinstance(line, SubProcess) and line.waits for line in step.properties)


@dataclass(slots=True)
class _For:
    """What is waited for."""

    condition: Expression | None = None
    event: str | None = None
    span: Expression | None = None
    anchor: lowered.Anchor = field(default_factory=lowered.Anchor)
    call: lowered.Trigger | None = None
    fills: tuple[str, ...] = ()


def wait(context: Context, step: Step, region: int, env: Env) -> lowered.Wait:
    """Lower a step without a person."""
    awaited = _awaited(context, step, env)
    time = limits(context, step.name.text, step.properties, env)
    sets: tuple[lowered.SetData | lowered.SetField, ...] = ()
    routes: tuple[tuple[lowered.Arm, ...], ...] = ()
    after: lowered.Actions | None = None
    for line in step.properties:
        match line:
            case SetValue():
                made = set_value(context, line, env)
                sets += () if made is None else (context.places.note(made, line.place),)
            case Route():
                routes += (route(context, line, env),)
            case After(written):
                after = joined(context, after, actions(context, written, env), line.place)
            case _:
                pass
    return lowered.Wait(
        step.name.text,
        region,
        awaited.condition,
        awaited.event,
        awaited.span,
        awaited.anchor,
        guard(context, step.condition, env),
        time.deadlines,
        time.reminders,
        time.overdue,
        sets,
        routes,
        after,
        basis_of(step.properties),
        obligations_of(step.properties),
        awaited.call,
        awaited.fills,
    )


def _awaited(context: Context, step: Step, env: Env) -> _For:
    found, told = _For(), False
    for line in step.properties:
        match line:
            case WaitCondition(written):
                found.condition = condition(context, written, env)
            case WaitEvent(name):
                found.event = name.text
                if name.text not in context.world.events:
                    unknown_event(context, name)
                else:
                    context.use("event", name.text)
            case WaitSpan(written, start):
                found.span = span(context, written, env)
                found.anchor = found.anchor if start is None else anchor(context, start, env)
            case SubProcess():
                found.call = _call(context, line, env)
            case Fill(forms) if is_awaited_call(step):
                taken = (_taken_over(context, step, ref) for ref in forms)
                found.fills += tuple(form for form in taken if form is not None)
            case (
                PerformedBy()
                | Fill()
                | Outcomes()
                | Countersign()
                | Entered()
                | Issue()
                | Verify()
                | Require()
                | Draw()
            ):
                if not told:  # once for each wait
                    context.report.error(
                        "C15",
                        line.place,
                        f"等待的步骤“{step.name.text}”没有人办，不能写这一行",
                        "另写一个步骤，由人来办",
                    )
                told = True
            case _:
                pass
    if found.call is not None and not is_awaited_call(step) and not _waits_too(found):
        found.condition = Literal(True, Type(Kind.YES_NO))
    return found


def _waits_too(found: _For) -> bool:
    return found.condition is not None or found.event is not None or found.span is not None


# ---- 子规程


def _call(context: Context, line: SubProcess, env: Env) -> lowered.Trigger:
    context.use("trigger", line.process.text)
    written = Trigger(line.process, line.arguments, None, place=line.place)
    made = lowered.Trigger(line.process.text, trigger_arguments(context, written, env))
    return context.places.note(made, line.place)


def _taken_over(context: Context, step: Step, ref: Ref) -> str | None:
    """Return a form that the called case fills and this case takes over."""
    name = form_named(context, ref.parts[0])
    call = next(line for line in step.properties if isinstance(line, SubProcess))
    declared = context.world.processes.get(call.process.text)
    process = None if declared is None else declared.process
    if name is not None and isinstance(process, Process) and name not in _filled(process.nodes):
        context.report.error(
            "N17",
            ref.place,
            f"子规程“{call.process.text}”没有步骤填写“{name}”，取不回来",
            "改成它填写的表单，或在它的步骤里加“填写”",
        )
    return name


def _filled(nodes: tuple[NodeDecl, ...]) -> frozenset[str]:
    """Names of the forms that steps fill, those in blocks too."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, Block):
            for branch in node.branches:
                found |= _filled(branch.nodes)
            continue
        for line in node.properties:
            if isinstance(line, Fill):
                found |= {ref.parts[0].text for ref in line.forms}
    return frozenset(found)
