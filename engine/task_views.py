"""A work item opened for doing: forms with the values to begin with, facts, options, what comes next."""

import json
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from engine import statements
from engine.answers import Answers
from engine.case_scope import CaseScope
from engine.casefile import CaseFile
from engine.codec import unpack
from engine.deadline_text import span_text
from engine.definition import (
    Abort,
    Actions,
    Arm,
    Back,
    Block,
    Definition,
    Field,
    Finish,
    Form,
    Gateway,
    GatewayKind,
    Goto,
    Issue,
    Move,
    Notify,
    Performer,
    Region,
    ResumeMain,
    Step,
    ToJoin,
    Trigger,
    Urge,
    Wait,
)
from engine.definition import Escalate as EscalateEffect
from engine.events import Acted, FormSubmitted
from engine.evolve_seats import find_activation
from engine.expressions import Expression, FieldRef, FormRef
from engine.extension_view import Application
from engine.graph import Graph, fields_read
from engine.labels import label_of, type_of
from engine.marking import LEADING, Activation
from engine.moments import read_moment
from engine.options import options, recall_option
from engine.questions import forms_asked, results_asked
from engine.state import CaseState
from engine.town import Town
from engine.values import Kind, Record
from engine.views import Entry, FormView, Item, Option, Preview, TaskView
from engine.visibility import MASK

_OPINIONS = 5
_SPOKEN = frozenset(("complete", "return", "start", "discuss", "ask", "add_signer", "supplement"))


@dataclass
class TaskPage:
    """One item of a case, for one person."""

    town: Town
    file: CaseFile
    state: CaseState
    n: int
    account: str

    def __post_init__(self) -> None:
        self.definition: Definition = self.file.definition
        self.graph: Graph = self.file.graph
        self.facts = Answers(self.town, self.file.session, self.town.now, self.file.case)
        self.activation: Activation | None = find_activation(self.state, self.n)

    def view(self, item: Item) -> TaskView:
        """Return everything that the page of the item shows."""
        step = self._step()
        key = self.activation.key if self.activation else ""
        scope = CaseScope(self.graph, self.state, self.facts, step.region if step else 0, key)
        draft = self.file.session.one(
            statements.read_draft, account=self.account, case=self.file.case, n=self.n
        )
        filling = self._forms()
        forms = tuple(FormView(form, self._values(form, key, scope, draft)) for form in filling)
        return TaskView(
            item=item,
            case_title=self.file.row.title,
            forms=forms,
            records=records_of(self.graph, filling),
            enumerations={each.name: each for each in self.definition.enumerations},
            shown=tuple(self._shown(step, scope)) if step else tuple(self._asked(key)),
            outcomes=results_asked(self.definition, self.state, self.n),
            options=self._options(),
            basis=(step.basis if step else ()) or self.definition.basis,
            next=tuple(previews(self.graph, step, scope)) if step and self._leads() else (),
            missed=tuple(missed(step)) if step else (),
            opinions=self._opinions(),
            draft_at=read_moment(draft[1]) if draft else None,
            proof=step.proof if step else (),
        )

    def _options(self) -> tuple[Option, ...]:
        """Return what the person may do; with what he has submitted, whether he may take it back."""
        closing = self.file.session.one(statements.closing_revision, case=self.file.case, n=self.n)
        if closing is None or closing[0] is None:
            return options(self.definition, self.state, self.n, self.account, self.facts)
        if closing[1] != self.account:
            return ()
        return (recall_option(self.definition, self.state, self.n, closing[0], self.account, self.facts),)

    def _step(self) -> Step | None:
        if self.activation is None:
            return None
        node = self.definition.nodes[self.activation.node]
        return node if isinstance(node, Step) else None

    def _leads(self) -> bool:
        seats = self.activation.seats if self.activation else ()
        return any(seat.id == self.n and seat.part in LEADING for seat in seats)

    def _forms(self) -> tuple[Form, ...]:
        forms = (self.graph.forms[name] for name in forms_asked(self.definition, self.state, self.n))
        return tuple(replace(form, fields=self._to_fill(form)) for form in forms)

    def _to_fill(self, form: Form) -> tuple[Field, ...]:
        """Leave out what was drawn by lot: it is shown, nobody fills it."""
        step = self._step()
        lots = {draw.field.field for draw in step.draws if draw.field.form == form.name} if step else set()
        return tuple(field for field in form.fields if field.name not in lots)

    def _values(self, form: Form, key: str, scope: CaseScope, draft: tuple[str, str] | None) -> Record:
        kept = json.loads(draft[0]).get(form.name) if draft else None
        if kept is not None:
            return {str(name): unpack(value) for name, value in kept.items()}
        submission = self.state.forms.get((form.name, key))
        if submission is not None:
            record = self.facts.submission_of(submission.revision, form.name, key)
            return self.file.masked(form.name, record)
        return self._taken_back(form.name, key) or defaults(self.graph, form, scope)

    def _taken_back(self, form: str, key: str) -> Record:
        """Return what the person had submitted before it was taken back (撤回): a form that the case no longer has."""
        for group in reversed(self.file.groups):
            acted = group.events[0]
            if isinstance(acted, Acted) and acted.by == self.account:
                for event in group.events:
                    if isinstance(event, FormSubmitted) and (event.form, event.key) == (form, key):
                        return self.file.masked(form, event.values)
        return {}

    def _shown(self, step: Step, scope: CaseScope) -> Iterator[tuple[str, str]]:
        """Yield what the definition shows; who only signs also sees what the lead has filled in."""
        filled = () if self._leads() else tuple(FormRef(form) for form in step.fills)
        lots = (
            tuple(draw.field for draw in step.draws if draw.field.form in step.fills) if self._leads() else ()
        )
        for expression in (*step.shows, *lots, *filled):
            match expression:
                case FormRef(form):
                    fields = [FieldRef(form, each.name) for each in self.graph.forms[form].fields]
                    yield from (
                        (label, text) for each in fields for label, text in [self._fact(each, scope)] if text
                    )
                case _:
                    yield self._fact(expression, scope)

    def _asked(self, key: str) -> Iterator[tuple[str, str]]:
        """Yield what an application for an extension asks for."""
        request = self.state.requests.get(self.n)
        application = Application.of(self.graph, self.state, request) if request is not None else None
        if request is None or application is None:
            return
        activation = (
            self.state.activations.get(request.activation) if request.activation is not None else None
        )
        region = self.graph.region_of(activation.node) if activation else 0
        scope = CaseScope(self.graph, self.state, self.facts, region, activation.key if activation else key)
        yield from application.facts(self.town, self.graph, scope)
        if application.extension.form is not None:
            for each in self.graph.forms[application.extension.form].fields:
                label, text = self._fact(FieldRef(application.extension.form, each.name), scope)
                if text:
                    yield label, text

    def _fact(self, expression: Expression, scope: CaseScope) -> tuple[str, str]:
        if isinstance(expression, FieldRef):
            field = self.graph.fields.get((expression.form, expression.field))
            if field is not None and self.file.who is not None and not self.file.who.sees(field):
                return label_of(expression), MASK
        value = self.graph.program.value(expression, scope)
        return label_of(expression), self.file.reading.text(value, type_of(self.graph, expression))

    def _opinions(self) -> tuple[Entry, ...]:
        spoken = [entry for entry in self.file.entries() if entry.operation in _SPOKEN]
        return tuple(reversed(spoken[-_OPINIONS:]))


def defaults(graph: Graph, form: Form, scope: CaseScope) -> Record:
    """Return the values that a form begins with."""
    return {
        field.name: graph.program.value(field.default, scope)
        for field in form.fields
        if field.default is not None
    }


def records_of(graph: Graph, forms: Iterable[Form]) -> Mapping[str, Form]:
    """Return the forms of list elements that forms refer to, however deep."""
    found: dict[str, Form] = {}
    waiting = list(forms)
    while waiting:
        for field in waiting.pop().fields:
            of = field.type.of
            if field.type.kind in (Kind.LIST, Kind.RECORD) and of is not None and of not in found:
                found[of] = graph.forms[of]
                waiting.append(graph.forms[of])
    return found


# ---- what comes next


def previews(graph: Graph, step: Step, scope: CaseScope) -> Iterator[Preview]:
    """Say for each outcome what follows a completion, as far as it is known before the form is filled."""
    for outcome in step.outcomes or (None,):
        chosen = CaseScope(graph, scope.state, scope.facts, scope.region, scope.key, chosen=outcome)
        yield Preview(outcome, tuple(_following(graph, step, chosen)))


def _following(graph: Graph, step: Step, scope: CaseScope) -> Iterator[str]:
    for document in step.issues:
        yield f"出具《{document}》"
    for chain in step.routes:
        taken = yield from _arm(graph, step, chain, scope)
        if taken is not None and taken.move is not None:
            return
    if step.after is not None:
        yield from _actions(graph, step.after)
        if step.after.move is not None:
            return
    yield _next(graph, step)


def _arm(
    graph: Graph, step: Step, chain: tuple[Arm, ...], scope: CaseScope
) -> Generator[str, None, Actions | None]:
    """Yield what the arms of a chain lead to; return the actions that are sure to be taken."""
    own = set(step.fills)
    for arm in chain:
        if arm.condition is not None and any(form in own for form, _ in _read(arm.condition)):
            for sentence in _actions(graph, arm.actions):
                yield f"视填写内容，可能{sentence}"
            continue
        if arm.condition is None or graph.program.holds(arm.condition, scope):
            yield from _actions(graph, arm.actions)
            return arm.actions
    return None


def _read(condition: object) -> Iterable[tuple[str, str]]:
    for place in fields_read((condition,)):
        form, _, field = place.partition(".")
        yield form, field


def _actions(graph: Graph, actions: Actions) -> Iterator[str]:
    for effect in actions.effects:
        match effect:
            case Trigger(process):
                yield f"启动“{process}”"
            case Issue(document):
                yield f"出具《{document}》"
            case Notify(to) | Urge(to) | EscalateEffect(to):
                verb = {Notify: "通知", Urge: "催办"}.get(type(effect), "升级给")
                yield f"{verb}{'、'.join(to) or '办理人'}"
            case _:
                pass
    if actions.move is not None:
        yield _move(graph, actions.move)


def _move(graph: Graph, move: Move) -> str:
    match move:
        case Goto(node):
            return _reaching(graph, node)
        case Back(node):
            return f"退回“{graph.node(node).name}”"
        case ToJoin():
            return "本分支结束，等其他分支"
        case ResumeMain():
            return "本事项结束，案件照常办理"
        case Finish():
            return "办结案件"
        case Abort(reason):
            return f"终止案件：{reason}" if reason else "终止案件"


def _next(graph: Graph, step: Step) -> str:
    number = graph.names[step.name]
    following = graph.following[number]
    if following is not None:
        return _reaching(graph, following)
    region: Region = graph.definition.regions[step.region]
    if region.owner is not None:
        return "本分支结束，等其他分支"
    return "本事项结束，案件照常办理" if region.handler is not None else "办结案件"


def _reaching(graph: Graph, number: int) -> str:
    node = graph.node(number)
    match node:
        case Step():
            who = performers_text(node.entered_by if node.external else node.performers)
            return f"进入“{node.name}”" + (f"，由{who}办理" if who else "")
        case Wait(call=Trigger(process)):
            return f"“{node.name}”：启动“{process}”"
        case Wait():
            return f"等待“{node.name}”"
        case Gateway():
            targets = dict.fromkeys(_reaching(graph, flow.target) for flow in node.flows)
            return (" 或 " if node.kind is GatewayKind.XOR else "；").join(targets) or "办结案件"
        case Block():
            branches = "、".join(branch.name for branch in node.branches)
            return f"“{branches}”同时开始"


def performers_text(performers: Iterable[Performer]) -> str:
    """Write who performs a step: 甲或乙."""
    return "或".join(dict.fromkeys(performer.role for performer in performers if performer.role))


def missed(step: Step) -> Iterator[str]:
    """Say what happens when the deadline is missed, rung by rung."""
    for rung in step.overdue:
        when = f"逾期{span_text(rung.after)}" if rung.after is not None else "逾期"
        for effect in rung.actions.effects:
            match effect:
                case Trigger(process):
                    yield f"{when}：启动“{process}”"
                case Notify(to):
                    yield f"{when}：通知{'、'.join(to) or '办理人'}"
                case Urge(to):
                    yield f"{when}：催办{'、'.join(to) or '办理人'}"
                case EscalateEffect(to):
                    yield f"{when}：升级给{'、'.join(to)}督办"
                case _:
                    pass
        if rung.deemed is not None:
            yield f"{when}：视为“{rung.deemed}”"
