"""What routes, ladders and completions do beside moving a token."""

from collections.abc import Mapping

from engine.case_scope import CaseScope
from engine.deciding.draft import Draft
from engine.definition import (
    Effect,
    Emit,
    Escalate,
    Issue,
    LinkCase,
    Notify,
    SetData,
    SetField,
    Trigger,
    Urge,
)
from engine.events import (
    CaseLinked,
    CaseTriggered,
    DataSet,
    DocumentIssued,
    Escalated,
    EventEmitted,
    FormSubmitted,
    Notified,
    RuleRead,
    TableRead,
    TaskUrged,
)
from engine.expressions import Expression
from engine.marking import Activation, SeatPart
from engine.numbering import numbered
from engine.record import Struct
from engine.refusals import PowerMissing
from engine.rules import Conclusion
from engine.sentences import basis_text
from engine.tables import Decision
from engine.values import Record, Value
from engine.views import ItemStatus


class Subject(Struct):
    """What the effects are about: a node, its open activation (or none any more), or a clock."""

    node: int | None = None
    activation: int | None = None
    clock: int | None = None
    name: str = ""


def run_effect(draft: Draft, effect: Effect, scope: CaseScope, subject: Subject) -> None:
    """Carry out one effect at a place."""
    match effect:
        case SetData(name, expression):
            value = draft.value(expression, scope)
            tell_tables(draft, scope)
            draft.emit(DataSet(name, value))
        case SetField(field, expression):
            value = draft.value(expression, scope)
            tell_tables(draft, scope)
            submit(draft, field.form, scope.key, {field.field: value}, None)
        case Trigger():
            _trigger(draft, effect, scope)
        case Emit(event, arguments):
            draft.emit(EventEmitted(event, _arguments(draft, arguments, scope)))
        case LinkCase(number):
            linked = draft.value(number, scope)
            if isinstance(linked, str) and linked:
                draft.emit(CaseLinked(linked))
        case Notify(to, text):
            sentence = text or f"{draft.state.number}：{subject.name}"
            draft.emit(Notified(to, sentence, node=subject.node, key=scope.key))
        case Urge(to):
            draft.emit(TaskUrged(_open_seats(draft, subject), to, draft.act.by))
        case Escalate(to):
            draft.emit(Escalated(subject.activation, subject.clock, to))
        case Issue(document):
            issue(draft, document, scope)


def tell_tables(draft: Draft, scope: CaseScope) -> None:
    """Record what tables and rules have answered at a place since it was last asked."""
    if scope.decisions:
        _tell(draft, scope.decisions)


def _tell(draft: Draft, decisions: list[tuple[str, Decision | Conclusion]]) -> None:
    """Record what tables and rules have answered, each answer once, and forget it."""
    told = [each for position, each in enumerate(decisions) if each not in decisions[:position]]
    decisions.clear()
    for name, answer in told:
        match answer:
            case Decision(results, fired, day, basis):
                articles = dict.fromkeys((*(each for row in fired for each in row.basis), *basis))
                rows = tuple(row.number for row in fired)
                draft.emit(TableRead(name, day, rows, results, basis_text(articles)))
            case Conclusion(result, cases, bound, day, basis):
                bounded = bound.value if bound is not None else ""
                draft.emit(RuleRead(name, day, cases, result, bounded, basis_text(basis)))


def _trigger(draft: Draft, trigger: Trigger, scope: CaseScope) -> None:
    if trigger.each is None:
        start_linked(draft, trigger, scope)
        return
    elements = draft.value(trigger.each, scope)
    for element in elements if isinstance(elements, tuple) else ():
        bound = {**scope.elements, trigger.variable or "": element}
        start_linked(
            draft, trigger, draft.scope(scope.region, scope.key, chosen=scope.chosen, elements=bound)
        )


def start_linked(draft: Draft, trigger: Trigger, scope: CaseScope, activation: int | None = None) -> None:
    """Start a case; `activation` is the work that waits for it."""
    arguments = _arguments(draft, trigger.arguments, scope)
    tell_tables(draft, scope)
    draft.emit(CaseTriggered(draft.new_id(), trigger.process, arguments, scope.key, activation))


def _arguments(
    draft: Draft, arguments: tuple[tuple[str, Expression], ...], scope: CaseScope
) -> Mapping[str, Value]:
    return {name: draft.value(expression, scope) for name, expression in arguments}


def _open_seats(draft: Draft, subject: Subject) -> tuple[int, ...]:
    activation = draft.state.activations.get(subject.activation) if subject.activation is not None else None
    return () if activation is None else open_seats(activation)


def open_seats(activation: Activation) -> tuple[int, ...]:
    """Return the items of an activation that wait for an answer now."""
    return tuple(seat.id for seat in activation.seats if seat.status is ItemStatus.OPEN)


def issue(draft: Draft, name: str, scope: CaseScope, activation: Activation | None = None) -> None:
    """Give a document its number; `activation`: of the step whose people prepared and signed it.

    Raises:
        PowerMissing: the organisation does not hold the power the document needs.
    """
    document = next(each for each in draft.definition.documents if each.name == name)
    if document.power is not None and not draft.facts.has_power(document.power, draft.today):
        raise PowerMissing(name, document.power)
    number = (
        "" if document.numbering is None else _number(draft, document.numbering, chained=document.chained)
    )
    reviewed, cosigned = (_answered(activation, part) for part in (SeatPart.REVIEW, SeatPart.CONCUR))
    draft.emit(DocumentIssued(draft.new_id(), name, number, scope.key, reviewed=reviewed, cosigned=cosigned))


def _answered(activation: Activation | None, part: SeatPart) -> tuple[str, ...]:
    """Return who answered for a paper in one part."""
    seats = () if activation is None else activation.seats
    return tuple(
        seat.by for seat in seats if seat.part is part and seat.by and seat.status is ItemStatus.DONE
    )


def _number(draft: Draft, pattern: str, *, chained: bool) -> str:
    """Take the next number of a series: its own of this year, or the case's, with -1, -2 … for its further papers."""
    if not chained:
        year = draft.today.year
        return numbered(pattern, year, draft.facts.next_number(pattern, year))
    year = (draft.state.started_at or draft.now).astimezone(draft.facts.zone).year
    before = draft.facts.next_number(f"{pattern} {draft.state.number}", 0) - 1
    return numbered(pattern, year, draft.state.sequence, before)


def submit(draft: Draft, form: str, key: str, values: Record, node: int | None) -> None:
    """Record a submission: the former values with these on top; says which values changed."""
    old = draft.scope(0, key).form(form) if (form, key) in draft.state.forms else None
    merged: dict[str, Value] = {**old, **values} if old else {**values}
    changed = tuple(merged)
    if old is not None:
        changed = tuple(name for name, value in merged.items() if old.get(name) != value)
    draft.submitted[draft.state.revision, form] = merged
    draft.emit(FormSubmitted(form, key, node, merged, changed))
    if draft.computed:
        _tell(draft, draft.computed)
