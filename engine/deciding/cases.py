"""What happens to a case as a whole: start, withdraw, suspend, terminate, void, reopen, correct, links."""

from collections.abc import Collection, Mapping
from functools import partial

from engine.case_scope import status_text
from engine.commands import (
    Correct,
    EventArrived,
    Reopen,
    StartCase,
)
from engine.deciding.authority import candidates, qualifies, require_performer
from engine.deciding.draft import Draft
from engine.deciding.duties import require_recurring
from engine.deciding.effects import Subject, run_effect, submit
from engine.deciding.finding import require_open, require_reason
from engine.deciding.form_values import brought, checked, filled_with, is_of_type
from engine.deciding.handlers import handle_event
from engine.deciding.proposing import propose
from engine.deciding.pulse import automatically
from engine.deciding.routing import complete_step, enter
from engine.deciding.straight import rules_of
from engine.definition import ByEvent, ByForm, ByHand, Goto, StartBy, Step, Wait
from engine.definition import Reopen as ReopenWay
from engine.events import (
    CaseReopened,
    CaseResumed,
    CaseStarted,
    CaseSuspended,
    CaseTerminated,
    CaseVoided,
    CaseWithdrawn,
    CorrectionProposed,
    DataSet,
    EventReceived,
    WaitMet,
)
from engine.graph import fields_read
from engine.marking import ROOT, Proposal, Token
from engine.numbering import numbered
from engine.refusals import (
    CaseNotOpen,
    InvalidForm,
    NotAllowed,
    NothingToCorrect,
    NotWithdrawable,
    StartForbidden,
)
from engine.values import Record, Value
from engine.views import LIVE, CaseStatus

# ---- start


def start(draft: Draft, command: StartCase) -> None:
    """Start a case: by its start form, by hand, by an event or by the trigger of another case."""
    definition = draft.definition
    scope = draft.scope(0, "")
    records: Mapping[str, Record] = {}
    if command.origin is not None:
        records = _from_arguments(draft, command.forms)
    elif command.event is not None:
        way = _way_of(draft, command.event)
        records = brought(draft, way.form, command.forms.get("", {}))
    elif command.occurrence is not None:
        require_recurring(draft)
    else:
        by = _start_by(draft, command)
        require_performer(draft, by.performers, scope, f"发起“{definition.name}”")
        wanted = (by.form,) if isinstance(by, ByForm) else ()
        records = checked(draft, wanted, command.forms, scope)
        if by.when is not None and not draft.holds(by.when, draft.scope(0, "", proposed=records)):
            raise StartForbidden(definition.name, "启动条件不满足")
    _create(draft, command, records)


def _create(draft: Draft, command: StartCase, records: Mapping[str, Record]) -> None:
    definition = draft.definition
    year = draft.today.year
    pattern = definition.numbering or f"{definition.name}〔{{年}}〕{{序号}}号"
    sequence = draft.facts.next_number(pattern, year)
    origin = command.origin.number if command.origin is not None else None
    called = command.origin is not None and command.origin.waits
    number = numbered(pattern, year, sequence)
    moment, owed = command.act.occurred_at, command.occurrence
    draft.emit(CaseStarted(number, sequence, moment, origin, called, owed, command.imported))
    if command.excuse:
        draft.emit(CaseTerminated(command.excuse))
        return
    first = definition.regions[0].nodes[0]
    for name, values in records.items():
        submit(draft, name, "", values, first)
    scope = draft.scope(0, "")
    for data in definition.data:
        if data.initial is not None:
            draft.emit(DataSet(data.name, draft.value(data.initial, scope)))
    enter(draft, Token(draft.new_id(), first, ROOT), first)


def _start_by(draft: Draft, command: StartCase) -> ByForm | ByHand:
    """Choose the way of starting that the given forms fit."""
    ways = [by for by in draft.definition.starts if isinstance(by, ByForm | ByHand)]
    fitting: list[ByForm | ByHand] = [
        by for by in ways if isinstance(by, ByForm) and by.form in command.forms
    ]
    if not command.forms:
        fitting = [by for by in ways if isinstance(by, ByHand)] or ways
    if not fitting:
        raise StartForbidden(draft.definition.name, "不能由人工启动" if not ways else "请填写启动表单")
    return fitting[0]


def _way_of(draft: Draft, event: str) -> ByEvent:
    for by in draft.definition.starts:
        if isinstance(by, ByEvent) and by.event == event:
            return by
    raise StartForbidden(draft.definition.name, f"不由事件“{event}”启动")


def _from_arguments(draft: Draft, forms: Mapping[str, Record]) -> Mapping[str, Record]:
    """Fill the start form with the arguments of a trigger; what they lack is filled in later.

    Raises:
        InvalidForm: an argument that the start form does not know, or of another type.
    """
    arguments: dict[str, Value] = {name: value for record in forms.values() for name, value in record.items()}
    starts = draft.definition.starts
    form = next((by.form for by in starts if isinstance(by, ByForm)), None)
    if form is None:
        if arguments:
            raise InvalidForm(dict.fromkeys(arguments, "被触发的规程没有此项"))
        return {}
    fields = {field.name: field for field in draft.graph.forms[form].fields}
    errors = {name: "被触发的规程没有此项" for name in arguments if name not in fields}
    for name, value in arguments.items():
        if name in fields and value is not None and not is_of_type(draft, fields[name].type, value):
            errors[name] = "类型不符"
    if errors:
        raise InvalidForm(errors)
    return {form: filled_with(draft, form, arguments)}


# ---- end


def withdraw(draft: Draft) -> None:
    """撤销: by whom the definition allows, or by the starter before anybody has decided anything."""
    require_open(draft.state)
    require_reason(draft, "撤销")
    scope = draft.scope(0, "")
    for cancel in draft.definition.cancels:
        offered = candidates(draft, cancel.performers, scope)
        if qualifies(draft.facts, offered, draft.actor) and draft.holds(cancel.when, scope):
            _undo_steps(draft)
            for effect in cancel.actions.effects:
                run_effect(draft, effect, scope, Subject(name=draft.definition.name))
            draft.emit(CaseWithdrawn())
            return
    if draft.actor != draft.state.started_by:
        raise NotAllowed("撤销本案", ("发起人",))
    if draft.state.decided:
        raise NotWithdrawable("已有步骤办结")
    draft.emit(CaseWithdrawn())


def _undo_steps(draft: Draft) -> None:
    """撤销时: in the reverse order of completion."""
    done = [
        (record.revision, number, key) for (number, key), record in draft.state.records.items() if record.done
    ]
    for _, number, key in sorted(done, reverse=True):
        step = draft.graph.node(number)
        if isinstance(step, Step) and step.undo is not None:
            scope = draft.scope(step.region, key)
            for effect in step.undo.effects:
                run_effect(draft, effect, scope, Subject(node=number, name=step.name))


def suspend(draft: Draft) -> None:
    """挂起: nobody can act, clocks run."""
    require_administrator(draft, "挂起")
    require_open(draft.state)
    draft.emit(CaseSuspended())


def resume(draft: Draft) -> None:
    """恢复 after 挂起."""
    require_administrator(draft, "恢复")
    if draft.state.status is not CaseStatus.SUSPENDED:
        raise CaseNotOpen("没有挂起")
    draft.emit(CaseResumed())


def terminate(draft: Draft) -> None:
    """终止 for cause."""
    require_administrator(draft, "终止")
    if draft.state.status not in LIVE:
        raise CaseNotOpen(status_text(draft.state.status))
    draft.emit(CaseTerminated(draft.act.reason))


def void(draft: Draft, reason: str) -> None:
    """作废, open or ended; the number is never used again."""
    if draft.state.status is CaseStatus.VOID:
        raise CaseNotOpen(status_text(draft.state.status))
    draft.emit(CaseVoided(reason))


def require_administrator(draft: Draft, operation: str) -> None:
    """Refuse whoever is no administrator, and an operation without a reason."""
    if not draft.facts.is_administrator(draft.actor):
        raise NotAllowed(f"{operation}案件", ("管理员",))
    require_reason(draft, operation)


def reopen(draft: Draft, command: Reopen) -> None:
    """重开: a new round at the place the definition says; the old result stays on record."""
    state = draft.state
    if state.status not in (CaseStatus.FINISHED, CaseStatus.TERMINATED):
        raise CaseNotOpen(status_text(state.status))
    ways = [way for way in draft.definition.reopens if isinstance(way.start, ByForm | ByHand)]
    way = next((each for each in ways if _fits(each.start, command)), None)
    if way is None or not isinstance(way.start, ByForm | ByHand):
        raise StartForbidden(draft.definition.name, "本规程不允许这样重开")
    scope = draft.scope(0, "")
    require_performer(draft, way.start.performers, scope, "重开本案")
    wanted = (way.start.form,) if isinstance(way.start, ByForm) else ()
    records = checked(draft, wanted, command.forms, scope)
    if not draft.holds(way.start.when, draft.scope(0, "", proposed=records)):
        raise StartForbidden(draft.definition.name, "重开条件不满足")
    begin_again(draft, way, records)


def begin_again(draft: Draft, way: ReopenWay, records: Mapping[str, Record]) -> None:
    """Put the token where a way of reopening leads; what lies behind that place no longer counts as done."""
    state, scope, move = draft.state, draft.scope(0, ""), way.actions.move
    order = draft.definition.regions[0].nodes
    target = move.node if isinstance(move, Goto) else order[0]
    later = order[order.index(target) :]
    inner = {number for number in range(len(draft.definition.nodes)) if _root_node(draft, number) in later}
    undone = tuple(place for place, record in state.records.items() if place[0] in inner and record.done)
    token = Token(draft.new_id(), target, ROOT)
    draft.emit(CaseReopened(token, undone))
    for name, values in records.items():
        submit(draft, name, "", values, target)
    for effect in way.actions.effects:
        run_effect(draft, effect, scope, Subject(node=target, name=draft.graph.node(target).name))
    enter(draft, token, target)


def _fits(start: StartBy, command: Reopen) -> bool:
    if isinstance(start, ByForm):
        return start.form in command.forms
    return not command.forms


def _root_node(draft: Draft, number: int) -> int | None:
    """Return the node of the main flow that a node lies in; None inside handlers of it."""
    graph = draft.graph
    region = graph.region_of(number)
    while region != 0:
        found = graph.branches.get(region)
        if found is None:
            return None
        number, region = found[0], graph.region_of(found[0])
    return number


# ---- data and papers


def correct(draft: Draft, command: Correct) -> None:
    """更正 of fields by who submitted them or an administrator, with a reason; the former values stay on record."""
    require_reason(draft, "更正")
    submission = draft.state.forms.get((command.form, command.key))
    if submission is None:
        raise NothingToCorrect(command.form, "尚未提交")
    if draft.state.status is CaseStatus.VOID:
        raise CaseNotOpen(status_text(draft.state.status))
    if draft.actor != submission.by and not draft.facts.is_administrator(draft.actor):
        raise NotAllowed("更正他人提交的内容", ("提交人", "管理员"))
    step = None if submission.node is None else draft.graph.node(submission.node)
    scope = draft.scope(0 if step is None else step.region, command.key)
    old = scope.form(command.form) or {}
    merged = {**old, **command.values}
    computed = {field.name for field in draft.graph.forms[command.form].fields if field.computed is not None}
    given = {name: value for name, value in merged.items() if name not in computed}
    record = checked(draft, (command.form,), {command.form: given}, scope)[command.form]
    if all(old.get(name) == value for name, value in record.items()):
        raise NothingToCorrect(command.form, "内容没有变化")
    changed = {f"{command.form}.{name}" for name, value in record.items() if old.get(name) != value}
    if not is_relied_upon(draft, command.form, command.key, changed):
        submit(draft, command.form, command.key, record, None)
        return
    proposal = propose(draft, "correct")
    draft.emit(CorrectionProposed(proposal.id, command.form, command.key, record))


def is_relied_upon(draft: Draft, form: str, key: str, changed: Collection[str]) -> bool:
    """Tell whether somebody's step was decided by a field since it was submitted: then two sign its correction."""
    since = draft.state.forms[form, key].revision
    for (number, _), record in draft.state.records.items():
        if record.done and record.by and record.revision > since:
            read = fields_read(rules_of(draft.graph.node(number)))
            if f"{form}.*" in read or not read.isdisjoint(changed):
                return True
    return False


def apply_correction(draft: Draft, proposal: Proposal) -> None:
    """更正 that was signed by a second person."""
    if draft.state.status is CaseStatus.VOID:
        raise CaseNotOpen(status_text(draft.state.status))
    assert proposal.form is not None, proposal
    values = draft.facts.submission(proposal.revision, proposal.form)
    submit(draft, proposal.form, proposal.key, values, None)


# ---- other cases


def event_arrived(draft: Draft, command: EventArrived) -> None:
    """An event: waits for it complete, handlers that start by it begin; a wait put aside remembers that it came."""
    if draft.state.status not in LIVE:
        return
    draft.emit(EventReceived(command.event, command.arguments, command.source))
    for activation in tuple(draft.state.activations.values()):
        node = draft.graph.node(activation.node)
        if not isinstance(node, Wait) or node.event != command.event:
            continue
        if activation.id not in draft.state.activations:
            continue
        if activation.token in draft.state.tokens:
            automatically(draft, activation, partial(complete_step, draft, activation, None, ()))
        elif not activation.met:
            draft.emit(WaitMet(activation.id))
    handle_event(draft, command.event, command.arguments)
