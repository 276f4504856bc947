"""What the approver of an extension sees: the old and the new end, the most that may be granted, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.case_scope import CaseScope
from engine.deadline_text import due_text, span_text
from engine.deciding.extensions import ladder
from engine.definition import Extension, Step
from engine.graph import Graph
from engine.marking import Request, Running
from engine.record import replace
from engine.running import due_of, known_end
from engine.sentences import basis_text, moment_text
from engine.state import CaseState
from engine.town import Town
from engine.values import Span


@dataclass(frozen=True, slots=True)
class Application:
    """An application for an extension, its rung, and the limit that it is to move."""

    request: Request
    extension: Extension
    running: Running

    @classmethod
    def of(cls, graph: Graph, state: CaseState, request: Request) -> "Application | None":
        """Return the application as it stands; None when the limit is gone."""
        if request.clock is not None:
            clock, record = graph.definition.clocks[request.clock], state.clocks[request.clock]
            return cls(request, ladder(clock.extensions)[request.rung], record.running)
        activation = state.activations.get(request.activation) if request.activation is not None else None
        node = graph.node(activation.node) if activation else None
        if activation is None or activation.running is None or not isinstance(node, Step):
            return None
        return cls(request, ladder(node.extensions)[request.rung], activation.running)

    def facts(self, town: Town, graph: Graph, scope: CaseScope) -> Iterator[tuple[str, str]]:
        """Yield label and text of everything that a decision needs."""
        request, zone = self.request, town.zone
        most = graph.program.value(self.extension.at_most, scope)
        yield "申请人", f"{town.directory.name(request.by)}，{moment_text(request.at, zone)}"
        yield "原定到期", due_text(known_end(self.running, zone))
        yield "申请延期", span_text(request.span)
        yield "批准后到期", self._end(town, request.span)
        if isinstance(most, Span):
            yield "最多可延", f"{span_text(most)}，到{self._end(town, most)}"
        if self.extension.documents:
            yield "批准后出具", "".join(f"《{each}》" for each in self.extension.documents)
        yield "第几次", f"第 {request.rung + 1} 次"
        if self.extension.basis:
            yield "依据", basis_text(self.extension.basis)
        elif self.extension.local:
            yield "依据", "本地规定，不是法定期限"

    def _end(self, town: Town, more: Span) -> str:
        extended = replace(self.running, extensions=(*self.running.extensions, more))
        end = due_of(extended, town.calendar, town.zone)
        return due_text(end) if end is not None else "无法计算"
