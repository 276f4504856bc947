"""What is read when a case comes to a node, in which part of a state, and whether it may be missing there."""

from dsl.observer import Observer
from dsl.reading import bits_in, needed
from dsl.variables import State, Variables, written
from dsl.verdicts import Verdict, remembered
from engine.definition import Anchor, AnchorKind, Deadline, Definition, Performer, Precedence, Step
from engine.expressions import Expression


class Reads:
    """Looks at the expressions of a definition in states, and tells an observer what is read too early."""

    def __init__(self, definition: Definition, variables: Variables, observer: Observer) -> None:
        self.variables = variables
        self.observer = observer
        self.roles = {role.name: role for role in definition.roles}
        self.forms = {form.name: form for form in definition.forms}
        self.precedences = [each for each in definition.constraints if isinstance(each, Precedence)]
        self._bits: dict[int, int] = {}
        self._verdicts: dict[int, Verdict] = {}

    def arrival(self, number: int, step: Step, state: State) -> None:
        """What is read when a step is reached: who acts, until when, 前提, 回避."""
        for performer in (*step.performers, *step.assistants, *step.entered_by):
            self._performer(number, performer, state)
        for check in step.requires:
            self.read(number, check.condition, state)
        for recusal in step.recusals:
            self.read(number, recusal.party, state)
        if step.countersign is not None:
            self.read(number, step.countersign.each, state)
        self.deadlines(number, step.deadlines, state)

    def _performer(self, number: int, performer: Performer, state: State) -> None:
        self.read(number, performer.scope, state)
        role = self.roles.get(performer.role)
        if role is not None and role.taken is not None:
            self.read(number, role.taken, state, through=performer)

    def deadlines(self, number: int, deadlines: tuple[Deadline, ...], state: State) -> None:
        """Of several the first whose condition holds counts."""
        for deadline in deadlines:
            self.read(number, deadline.when, state)
            mine = self.where(state, deadline.when)
            self.read(number, deadline.span, mine)
            self.read(number, deadline.until, mine)
            self.anchor(number, deadline.anchor, mine)
            state = self.where(state, deadline.when, wanted=False)

    def anchor(self, number: int, anchor: Anchor, state: State) -> None:
        """What a limit runs from, and what has perhaps not happened."""
        bit = 0
        match anchor.kind:
            case AnchorKind.NODE:
                bit = self.variables.bit("node", str(anchor.node))
            case AnchorKind.SERVED:
                bit = self.variables.bit("document", anchor.document or "")
            case AnchorKind.MOMENT:
                self.read(number, anchor.moment, state)
                return
            case AnchorKind.REACHED | AnchorKind.STARTED | AnchorKind.ISSUED | AnchorKind.CLOSED:
                return
        if any(not known.must & bit for known in state.values()):
            self.observer.unanchored(number, anchor)

    def since(self, anchor: Anchor, state: State) -> State:
        """Return the part of a state in which what a limit runs from has certainly happened."""
        match anchor.kind:
            case AnchorKind.NODE:
                bits = self.variables.bit("node", str(anchor.node))
            case AnchorKind.SERVED | AnchorKind.ISSUED:
                bits = self.variables.bit("document", anchor.document or "")
            case AnchorKind.MOMENT if anchor.moment is not None:
                bits = self._bits_of(anchor.moment)
            case _:
                return state
        return {valuation: known for valuation, known in state.items() if not bits & ~known.must}

    def form(self, number: int | None, name: str, state: State) -> None:
        """What the conditions and calculations of a form read when it is filled."""
        form = self.forms.get(name)
        filled = written(state, self.variables.bit("form", name))
        for each in () if form is None else form.fields:
            for expression in (each.required, each.asked_if, each.default, each.computed, *each.checks):
                self.read(number, expression, filled)

    def precedences_at(self, number: int, state: State) -> None:
        """Tell of each 未…不得… that may keep a case from passing a node."""
        for each in self.precedences:
            if each.then != number:
                continue
            bit = self.variables.bit("node", str(each.first))
            for valuation, known in state.items():
                applies = self.variables.holds(each.when, valuation, known)
                if not known.must & bit and applies is not False:
                    self.observer.unmet(each, applies is True)

    def where(
        self, state: State, condition: Expression | None, *, wanted: bool = True, outcome: str | None = None
    ) -> State:
        """Return the part of a state in which a condition may hold (or may not)."""
        if condition is None:
            return state if wanted else {}
        verdict = self._verdict_of(condition)
        return {
            valuation: known
            for valuation, known in state.items()
            if verdict(valuation, known, outcome) is not (not wanted)
        }

    def _verdict_of(self, condition: Expression) -> Verdict:
        found = self._verdicts.get(id(condition))
        if found is None:
            found = self._verdicts[id(condition)] = remembered(self.variables, condition)
        return found

    def read(
        self,
        number: int | None,
        expression: Expression | None,
        state: State,
        outcome: str | None = None,
        *,
        document: str | None = None,
        through: object = None,
    ) -> None:
        """Tell of each reference in an expression that may be missing in a state; `document`: while that is issued."""
        if expression is None:
            return
        bits = self._bits_of(expression)
        for valuation, known in state.items():
            if not bits & ~known.must:
                continue
            for reference in needed(self.variables, expression, valuation, known, outcome):
                self.observer.early(number, reference, document, through)

    def _bits_of(self, expression: Expression) -> int:
        """Return the bits of all forms and data in an expression, kept by identity while the definition lives."""
        known = self._bits.get(id(expression))
        if known is None:
            known = self._bits[id(expression)] = bits_in(self.variables, expression)
        return known
