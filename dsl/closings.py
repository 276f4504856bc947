"""What a case is closed or stopped with: closing conditions, constraints, documents that are out when it is cancelled.

Each is judged in every state in which the data analysis saw a case closed, or a node reached.
"""

from dataclasses import dataclass
from itertools import product

from dsl.damage import damage
from dsl.lower import Lowered
from dsl.reached import Reached
from dsl.report import Report
from dsl.signing_checks import issue_place
from dsl.traces import Ways
from dsl.variables import Known, Valuation, Variables, key_of
from dsl.walk import actions_of, parts
from engine.definition import Cancel, Definition, Gate, Issue, Move, Precedence, Response, Step
from engine.expressions import DataRef, FieldRef, FormRef

EVERYTHING = Known(-1, -1)


def check_closings(
    process: Lowered, variables: Variables, reached: Reached, ways: Ways, missing: set[str], report: Report
) -> None:
    """Check closing conditions, constraints and cancelling against every way of the process.

    Args:
        missing: forms and data that nobody writes, reported already.
    """
    judge = _Judge(process, process.definition, variables, reached, ways, report)
    for gate in process.definition.gates:
        if not missing & names_in(gate.condition):
            judge.gate(gate)
    judge.constraints()
    judge.cancels()


@dataclass(frozen=True, slots=True)
class _Judge:
    process: Lowered
    definition: Definition
    variables: Variables
    reached: Reached
    ways: Ways
    report: Report

    def name(self, node: int) -> str:
        return self.definition.nodes[node].name

    # ---- 办结条件

    def gate(self, gate: Gate) -> None:
        """A closing condition that keeps cases open for ever, that may do so on some way, or that does nothing."""
        impossible = False
        for node, move, state in self.reached.closings.values():
            found = [self.holds(gate, valuation, known) for valuation, known in state.items()]
            if found and all(each is False for each in found):
                impossible = True
                self.closed(gate, node, move, next(iter(state)))
        if not impossible and not self.skipped(gate):
            self.idle_gate(gate)

    def holds(self, gate: Gate, valuation: Valuation, known: Known) -> bool | None:
        return self.variables.holds(gate.condition, valuation, known)

    def closed(self, gate: Gate, node: int | None, move: Move, valuation: Valuation) -> None:
        where = "" if node is None else f"在“{self.name(node)}”"
        if damage(self.report.findings, "C03").within(self.process.place_of(move)):
            return  # it is no place to close a case at all
        self.report.error(
            "G02",
            self.process.places.of(move) or self.process.place_of(gate),
            f"{where}办结时，办结条件“{gate.name}”不可能成立",
            "在这条路上先做完条件要求的事，或改条件（例如加上“或 …”），或写“终止”",
            witness=self.ways.to_end(node, valuation),
        )

    def skipped(self, gate: Gate) -> bool:
        """Report a way that leaves out what the condition asks for: taken as not done, the condition fails."""
        named = {key_of(part) for part in parts(gate.condition)} - {None}
        for node, _, state in self.reached.closings.values():
            if node is None or named & self.reached.beside.get(node, frozenset()):
                continue  # somebody beside may still change what it asks for
            for valuation, known in state.items():
                strict = self.holds(gate, valuation, Known(known.must, known.must))
                if strict is False and self.could_hold(gate, valuation, known):
                    self.report.warning(
                        "G04",
                        self.process.place_of(gate),
                        f"有路径在“{self.name(node)}”办结，而办结条件“{gate.name}”要求的事可能没有做，案件会关不上",
                        "让每条到办结的路径都先做，或给条件加上“或 …”",
                        witness=self.ways.to_end(node, valuation),
                    )
                    return True
        return False

    def could_hold(self, gate: Gate, valuation: Valuation, known: Known) -> bool:
        """Tell whether the condition may hold once what is missing is written, with the values that are there."""
        choices = [
            domain if value is None and not known.must & self.variables.bit_of(key) else (value,)
            for (key, value, domain) in zip(
                self.variables.index, valuation, self.variables.domains, strict=True
            )
        ]
        return any(self.holds(gate, each, EVERYTHING) is not False for each in product(*choices))

    def idle_gate(self, gate: Gate) -> None:
        states = [
            *self.reached.arrivals.values(),
            *(state for _, _, state in self.reached.closings.values()),
        ]
        if (
            self.reached.closings
            and all(states)
            and all(
                self.holds(gate, valuation, known) is True
                for state in states
                for valuation, known in state.items()
            )
        ):
            self.report.warning(
                "G03",
                self.process.place_of(gate),
                f"办结条件“{gate.name}”从启动时起就成立，挡不住任何案件",
                "检查条件里的表单和步骤，或删去这一行",
            )

    # ---- 约束

    def constraints(self) -> None:
        """Constraints that never apply, and 凡…必… that cases are closed without."""
        for each in self.definition.constraints:
            match each:
                case Precedence(_, then, when):
                    state = self.reached.arrivals.get(then, {})
                    if state and not any(
                        self.variables.holds(when, valuation, known) is not False
                        for valuation, known in state.items()
                    ):
                        self.idle(each, f"走到“{self.name(then)}”时，它的条件都不成立", then)
                case Response():
                    self.response(each)
                case _:
                    pass

    def idle(self, constraint: Precedence | Response, why: str, node: int) -> None:
        self.report.warning(
            "C27",
            self.process.place_of(constraint),
            f"这条约束从不起作用：{why}",
            "检查“若”后面的条件和步骤名称，或删去这条约束",
            witness=self.ways.to(node),
        )

    def response(self, response: Response) -> None:
        first, then = (self.variables.bit("node", str(each)) for each in (response.first, response.then))
        applying = {
            node: [
                valuation
                for valuation, known in state.items()
                if known.may & first and self.variables.holds(response.when, valuation, known) is not False
            ]
            for node, _, state in self.reached.closings.values()
        }
        if not any(applying.values()):
            if self.reached.closings:
                why = f"办结时没有一次办过“{self.name(response.first)}”而条件成立"
                self.idle(response, why, response.first)
            return
        if self.always_answered(then):
            return
        for node, valuation, way in self.ways.unanswered(first, then):
            if valuation in applying.get(node, ()):
                self.unanswered(response, node, valuation, way)
                return

    def always_answered(self, then: int) -> bool:
        return all(
            known.must & then for _, _, state in self.reached.closings.values() for known in state.values()
        )

    def unanswered(
        self, response: Response, node: int | None, valuation: Valuation, way: tuple[str, ...]
    ) -> None:
        first, then = self.name(response.first), self.name(response.then)
        bits = [self.variables.bit("node", str(each)) for each in (response.first, response.then)]
        knowns = [
            state[valuation]
            for at, _, state in self.reached.closings.values()
            if at == node and valuation in state
        ]
        certain = response.when is None and all(
            known.must & bits[0] and not known.may & bits[1] for known in knowns
        )
        add = self.report.error if certain else self.report.warning
        add(
            "C26",
            self.process.place_of(response),
            f"有路径办过“{first}”而没有“{then}”就到了办结，约束“凡 {first} 必 {then}”使案件关不上",
            f"让办过“{first}”的路径都经过“{then}”，或给约束加上“若 条件”",
            witness=way,
        )

    # ---- 可撤销

    def cancels(self) -> None:
        """Cancelling where a document may be out already that nothing takes back."""
        for cancel in self.definition.cancels:
            for number, step in enumerate(self.definition.nodes):
                if isinstance(step, Step) and step.undo is None:
                    for document in _issued(step):
                        self.cancelled(cancel, number, document)

    def handler_of(self, node: int) -> int | None:
        """Return the index of the handler that a node is part of."""
        region = self.definition.regions[self.definition.nodes[node].region]
        while region.handler is None and region.parent is not None:
            region = self.definition.regions[region.parent]
        return region.handler

    def cancelled(self, cancel: Cancel, number: int, document: str) -> None:
        bit = self.variables.bit("document", document) | self.variables.bit("node", str(number))
        own = self.handler_of(number)
        for at, state in self.reached.arrivals.items():
            if self.handler_of(at) not in (None, own):
                continue  # beside it the case stands at some place that is looked at too, where more is known
            for valuation, known in state.items():
                out = known.may & bit == bit
                if out and self.variables.holds(cancel.when, valuation, known) is not False:
                    self.report.warning(
                        "C31",
                        issue_place(self.process, number, document),
                        f"“{self.name(number)}”出具“{document}”以后案件仍可撤销，而没有写撤销时怎样收回",
                        f"给“{self.name(number)}”加一行“撤销时 …”，或在“可撤销 …”后面写“若 非 {self.name(number)} 已完成”",
                        witness=self.ways.to(at),
                    )
                    return


def names_in(whole: object) -> set[str]:
    """Return the names of the forms and data in expressions."""
    found: set[str] = set()
    for part in parts(whole):
        match part:
            case FieldRef(name, _) | FormRef(name) | DataRef(name):
                found.add(name)
            case _:
                pass
    return found


def _issued(step: Step) -> tuple[str, ...]:
    """Documents that a step issues, in order."""
    named = [part.document for acts in actions_of(step) for part in acts.effects if isinstance(part, Issue)]
    return tuple(dict.fromkeys((*step.issues, *named)))
