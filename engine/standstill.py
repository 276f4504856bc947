"""What a case waits for: by design (a person, a date, an event, another authority), or stuck, because nobody can move it.

Pure: who is active and present, and which events anybody sends, is handed in.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from engine.commands import Act
from engine.deciding.authority import holders, require_seat, role_names
from engine.deciding.draft import Draft
from engine.definition import AnchorKind, Definition, Emit, Step, Wait
from engine.errors import Refusal
from engine.expressions import Expression, ParameterRef, Today, UnitAttribute
from engine.facts import Facts
from engine.graph import graph_of
from engine.marking import Activation, Candidate, Seat, TimerKind
from engine.parts import parts_of
from engine.record import record
from engine.sentences import moment_text
from engine.state import CaseState
from engine.views import LIVE, CaseStatus, ItemStatus, Standstill, WaitingFor


@record
class Surroundings:
    """What only the edge knows of people and of other processes.

    Args:
        active: whether an account exists and is not closed.
        present: whether a person is not on leave today.
        members: accounts of a unit.
        emitted: events that some process in force sends.
    """

    active: Callable[[str], bool]
    present: Callable[[str], bool]
    members: Callable[[str], tuple[str, ...]]
    emitted: frozenset[str]


def standstills(
    definition: Definition, state: CaseState, facts: Facts, around: Surroundings
) -> tuple[Standstill, ...]:
    """Say of everything that an open case waits for whether it can come; nothing of an ended case."""
    if state.status not in LIVE:
        return ()
    observer = _Observer(Draft(graph_of(definition), state, facts, Act("")), around)
    return tuple(observer.all()) or (
        Standstill("全案", WaitingFor.NOTHING, "没有在办的步骤，也没有等待的事项", stuck=True),
    )


def emitted_by(definition: Definition) -> frozenset[str]:
    """Return the events that a definition sends (发出)."""
    return frozenset(each.event for each in parts_of(definition) if isinstance(each, Emit))


@record
class _Observer:
    """Looks at one case; the draft is only read."""

    draft: Draft
    around: Surroundings

    def all(self) -> Iterator[Standstill]:
        state, graph = self.draft.state, self.draft.graph
        if state.status is CaseStatus.SUSPENDED:
            yield Standstill("全案", WaitingFor.SIGNATURE, "已挂起，等管理员恢复")
        for _ in state.proposals.values():
            yield Standstill("全案", WaitingFor.SIGNATURE, "等第二名管理员核准")
        for plea in state.pleas.values():
            until = self._text(plea.until)
            yield Standstill(graph.node(plea.node).name, WaitingFor.PERSON, f"等答复撤回申请，到{until}为止")
        for request in state.requests.values():
            yield self._seat("延期审批", None, request.seat)
        for activation in state.activations.values():
            if activation.token in state.tokens:
                yield from self._work(activation)

    def _text(self, moment: datetime) -> str:
        return moment_text(moment, self.draft.facts.zone)

    def _work(self, activation: Activation) -> Iterator[Standstill]:
        node = self.draft.graph.node(activation.node)
        incident = self.draft.state.incidents.get(activation.id)
        if incident is not None:
            yield Standstill(node.name, WaitingFor.INCIDENT, f"系统不能继续：{incident}", stuck=True)
        elif activation.locked:
            yield Standstill(node.name, WaitingFor.EXCLUDED, "等不得同时办理的步骤办完")
        elif isinstance(node, Wait):
            yield self._wait(node, activation)
        elif isinstance(node, Step):
            for seat in activation.seats:
                if seat.status is ItemStatus.OPEN:
                    yield self._seat(node.name, activation, seat, external=node.external)

    # ---- people

    def _seat(
        self, name: str, activation: Activation | None, seat: Seat, *, external: bool = False
    ) -> Standstill:
        """Say who may answer a seat, or why nobody can."""
        if seat.holder is not None:
            return self._held(name, seat.holder, seat, external)
        roles = "或".join(role_names(seat.candidates))
        people = [each for each in dict.fromkeys(self._people(seat.candidates)) if self.around.active(each)]
        if not people:
            return Standstill(name, WaitingFor.PERSON, f"没有人担任{roles}", stuck=True)
        if activation is not None:
            people = [each for each in people if self._may(activation, seat, each)]
        if not people:
            return Standstill(name, WaitingFor.PERSON, f"能办的人（{roles}）都须回避", stuck=True)
        if not any(self._reachable(each, seat) for each in people):
            return Standstill(name, WaitingFor.PERSON, f"{roles}都在请假，也没有代理人", stuck=True)
        if external:
            return Standstill(name, WaitingFor.AUTHORITY, f"等外部机关的结果，由{roles}录入")
        return Standstill(name, WaitingFor.PERSON, f"等{roles}办理")

    def _held(self, name: str, holder: str, seat: Seat, external: bool) -> Standstill:
        who = self.draft.facts.name(holder)
        if not self.around.active(holder):
            return Standstill(name, WaitingFor.PERSON, f"{who}已离任，没有人接手", stuck=True)
        if not self._reachable(holder, seat):
            return Standstill(name, WaitingFor.PERSON, f"{who}请假，也没有代理人", stuck=True)
        if external:
            return Standstill(name, WaitingFor.AUTHORITY, f"等外部机关的结果，由{who}录入")
        return Standstill(name, WaitingFor.PERSON, f"等{who}办理")

    def _people(self, offered: tuple[Candidate, ...]) -> Iterator[str]:
        for candidate in offered:
            yield from holders(self.draft.facts, candidate)
            if candidate.taken and not candidate.accounts and isinstance(candidate.scope, str):
                yield from self.around.members(candidate.scope)

    def _may(self, activation: Activation, seat: Seat, account: str) -> bool:
        try:
            require_seat(self.draft, activation, seat, account, "")
        except Refusal:
            return False
        return True

    def _reachable(self, account: str, seat: Seat) -> bool:
        """Tell whether a person, or somebody who stands in for him, is there today."""
        if self.around.present(account):
            return True
        deputies = self.draft.facts.deputies(account, self.draft.definition.name, role_names(seat.candidates))
        return any(self.around.active(each) and self.around.present(each) for each in deputies)

    # ---- what is not done by a person

    def _wait(self, node: Wait, activation: Activation) -> Standstill:
        if node.awaits_call:
            called = any(link.activation == activation.id for link in self.draft.state.links.values())
            process = "" if node.call is None else node.call.process
            text = f"等“{process}”案件办结" if called else f"应启动的“{process}”案件没有启动"
            return Standstill(node.name, WaitingFor.CASE, text, stuck=not called)
        if node.event is not None:
            comes = node.event in self.around.emitted
            text = f"等“{node.event}”" if comes else f"没有现行规程会发出“{node.event}”"
            return Standstill(node.name, WaitingFor.EVENT, text, stuck=not comes)
        if node.condition is not None:
            moves = self._may_change(node.condition, activation)
            text = "等条件成立" if moves else "等条件成立，但本案没有在办的事项能使它成立"
            return Standstill(node.name, WaitingFor.CONDITION, text, stuck=not moves)
        return Standstill(node.name, WaitingFor.DATE, self._date(node, activation))

    def _date(self, node: Wait, activation: Activation) -> str:
        ends = [each.at for each in activation.timers if each.kind is TimerKind.ELAPSED]
        if ends:
            return f"等到{self._text(ends[0])}"
        if node.anchor.kind is AnchorKind.SERVED:
            return f"等文书“{node.anchor.document}”送达"
        return "等起算日确定"

    def _may_change(self, condition: Expression, activation: Activation) -> bool:
        """Tell whether anything that is open in the case, or time, may make a condition hold."""
        state = self.draft.state
        works = any(
            isinstance(self.draft.graph.node(each.node), Step)
            for each in state.activations.values()
            if each.id != activation.id and each.token in state.tokens
        )
        unserved = any(paper.served_at is None for paper in state.papers.values())
        outside = bool(state.links or state.periods or unserved or self.draft.definition.handlers)
        return works or outside or _reads_outside(condition)


def _reads_outside(condition: Expression) -> bool:
    """Tell whether an expression reads what changes without this case: the day, registers of units, figures."""
    return any(isinstance(each, Today | UnitAttribute | ParameterRef) for each in parts_of(condition))
