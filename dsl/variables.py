"""What a case may know at a point: choices of an enumeration that guards ask for, and what has certainly been written.

Guards correlate: a step that runs only for grave hazards writes a form that only later steps for grave hazards read.
So the analysis tells states apart by the values of the data, fields and outcomes that guards compare (at most 64
combinations; the ones asked for most often), and keeps for each what was written on every path, and on some path.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple, TypeAlias

from dsl.walk import parts
from engine.definition import Definition, Step, Wait
from engine.expressions import (
    Among,
    And,
    Compare,
    Comparison,
    DataRef,
    Expression,
    FieldRef,
    Filled,
    FormRef,
    Literal,
    NodeFact,
    NodeRef,
    Not,
    Or,
    OutcomeRef,
)
from engine.values import Kind, Type, Value

MOST: Final = 64
Key: TypeAlias = tuple[str, ...]
Valuation: TypeAlias = tuple[Value, ...]
"""A value for each variable; None is missing."""


class _Unknown:
    pass


UNKNOWN: Final = _Unknown()


class Known(NamedTuple):
    """Bits of what has been written: on every path here, and on some path. Made by the ten thousand, hence a tuple."""

    must: int
    may: int

    def or_else(self, other: "Known") -> "Known":
        """What is known where a path with this and one with the other meet."""
        return self if self == other else Known(self.must & other.must, self.may | other.may)

    def and_then(self, other: "Known") -> "Known":
        """What is known when one thing was done and another."""
        return Known(self.must | other.must, self.may | other.may)

    def with_bits(self, bits: int) -> "Known":
        """What is known when something is written."""
        return self if not bits & ~self.must else Known(self.must | bits, self.may | bits)

    def at(self, node: int) -> "Known":
        """What is known having come to a node."""
        del node
        return self

    def passed_over(self) -> "Known":
        """What is known, the node come to last being skipped."""
        return self


State: TypeAlias = dict[Valuation, Known]
"""Possible valuations with what is known in each; no valuation: nothing comes here."""


def meet(one: State, other: State) -> State:
    """Return the state of a point that two paths lead to."""
    joined = dict(one)
    for valuation, known in other.items():
        mine = joined.get(valuation)
        joined[valuation] = known if mine is None else mine.or_else(known)
    return joined


def key_of(expression: object) -> Key | None:
    """Return the name of what may be a variable."""
    match expression:
        case DataRef(name):
            return ("data", name)
        case FieldRef(form, field):
            return ("field", form, field)
        case NodeRef(node, NodeFact.OUTCOME):
            return ("outcome", str(node))
        case _:
            return None


class Variables:
    """The variables of a definition and the bits of everything that can be written."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.fields = {(form.name, each.name): each for form in definition.forms for each in form.fields}
        self._members = {each.name: each.members for each in definition.enumerations}
        chosen = _chosen(definition, self._domain)
        self.index = {key: position for position, key in enumerate(chosen)}
        self.domains = tuple(self._domain(key) for key in chosen)
        self._orders = {
            each.name: {m: n for n, m in enumerate(each.members)} for each in definition.enumerations
        }
        names: list[Key] = [("form", form.name) for form in definition.forms]
        names += [("data", each.name) for each in definition.data]
        names += [("node", str(number)) for number in range(len(definition.nodes))]
        names += [("document", each.name) for each in definition.documents]
        names += [("power", each.name) for each in definition.powers]
        self._bits = {name: 1 << position for position, name in enumerate(names)}

    def bit(self, *name: str) -> int:
        """Return the bit of ("form", name), ("data", name), ("node", number), ("document", name) or ("power", name)."""
        return self._bits.get(name, 0)

    def bit_of(self, key: Key) -> int:
        """Return the bit of the form, data or node that gives a variable its value."""
        match key:
            case ("field", form, _):
                return self.bit("form", form)
            case ("outcome", node):
                return self.bit("node", node)
            case _:
                return self.bit(*key)

    def of_form(self, form: str) -> set[Key]:
        """Return the variables that are fields of a form."""
        return {key for key in self.index if key[:2] == ("field", form)}

    def _domain(self, key: Key) -> tuple[Value, ...]:
        match key:
            case ("data", name):
                found = next((each.type for each in self.definition.data if each.name == name), None)
                return self._values(found)
            case ("field", form, name):
                field = self.fields.get((form, name))
                return self._values(None if field is None else field.type)
            case ("outcome", number):
                node = self.definition.nodes[int(number)]
                return node.outcomes if isinstance(node, Step | Wait) else ()
            case _:
                return ()

    def _values(self, value_type: Type | None) -> tuple[Value, ...]:
        match value_type:
            case Type(Kind.YES_NO):
                return (True, False)
            case Type(Kind.ENUM, str() as name):
                return self._members.get(name, ())
            case _:
                return ()

    # ---- states

    def assigned(self, state: State, key: Key, values: Iterable[Value], *, keep: bool = False) -> State:
        """Return the state after a variable takes one of some values; `keep`: or stays as it is."""
        position = self.index.get(key)
        if position is None:
            return state
        options = tuple(values)
        changed: State = {}
        for valuation, known in state.items():
            for value in (*options, valuation[position]) if keep else options:
                new = (*valuation[:position], value, *valuation[position + 1 :])
                mine = changed.get(new)
                changed[new] = known if mine is None else mine.or_else(known)
        return changed

    def disturbed(self, state: State, keys: Iterable[Key]) -> State:
        """Return the state when somebody beside may write the variables at any time."""
        for key in keys:
            if key in self.index:
                state = self.assigned(state, key, self.domains[self.index[key]], keep=True)
        return state

    def filled(self, state: State, form: str) -> State:
        """Return the state after a form is submitted."""
        for (owner, name), field in self.fields.items():
            key = ("field", owner, name)
            if owner == form and key in self.index:
                required = isinstance(field.required, Literal)
                values = self.domains[self.index[key]]
                state = self.assigned(state, key, values if required else (*values, None))
        return written(state, self.bit("form", form))

    def possible(self, expression: Expression, valuation: Valuation) -> tuple[Value, ...] | None:
        """Return the values that an expression may give; None: any of the variable's."""
        match expression:
            case Literal(None):
                return None
            case Literal(value):
                return (value,)
            case _:
                key = key_of(expression)
                position = None if key is None else self.index.get(key)
                return None if position is None else (valuation[position],)

    # ---- conditions

    def holds(
        self, condition: Expression | None, valuation: Valuation, known: Known, outcome: str | None = None
    ) -> bool | None:
        """Tell whether a condition holds; None: it may or may not."""
        match condition:
            case None:
                return True
            case And(terms):
                each = [self.holds(term, valuation, known, outcome) for term in terms]
                return False if False in each else None if None in each else True
            case Or(terms):
                each = [self.holds(term, valuation, known, outcome) for term in terms]
                return True if True in each else None if None in each else False
            case Not(term):
                inner = self.holds(term, valuation, known, outcome)
                return None if inner is None else not inner
            case Compare():
                return self._compare(condition, valuation, known, outcome)
            case Among(value, members):
                one = self._value(value, valuation, known, outcome)
                others = [self._value(member, valuation, known, outcome) for member in members]
                return None if one is UNKNOWN or UNKNOWN in others else one is not None and one in others
            case Filled(value):
                return self._is_filled(value, valuation, known)
            case NodeRef(node, NodeFact.IS_DONE):
                bit = self.bit("node", str(node))
                return True if known.must & bit else None if known.may & bit else False
            case _:
                found = self._value(condition, valuation, known, outcome)
                return None if found is UNKNOWN else found is True

    def _compare(self, e: Compare, valuation: Valuation, known: Known, outcome: str | None) -> bool | None:
        left = self._value(e.left, valuation, known, outcome)
        right = self._value(e.right, valuation, known, outcome)
        equality = e.operator in (Comparison.EQ, Comparison.NE)
        if not equality and (left is None or right is None):
            return False
        if left is UNKNOWN or right is UNKNOWN:
            return None
        if equality:
            return (left == right) is (e.operator is Comparison.EQ)
        ranks = self._orders.get(e.order or "")
        if ranks is None or left not in ranks or right not in ranks:
            return None
        one, other = ranks[str(left)], ranks[str(right)]  # the graver one has the smaller rank
        match e.operator:
            case Comparison.GE:
                return one <= other
            case Comparison.GT:
                return one < other
            case Comparison.LE:
                return one >= other
            case _:
                return one > other

    def _is_filled(self, value: Expression, valuation: Valuation, known: Known) -> bool | None:
        found = self._value(value, valuation, known, None)
        if found is not UNKNOWN:
            return found is not None
        match value:
            case FieldRef(form, name):
                field = self.fields.get((form, name))
                certain = field is not None and isinstance(field.required, Literal)
                return True if certain and known.must & self.bit("form", form) else None
            case FormRef(form):
                return True if known.must & self.bit("form", form) else None
            case _:
                return None

    def _value(
        self, expression: Expression, valuation: Valuation, known: Known, outcome: str | None
    ) -> "Value | _Unknown":
        match expression:
            case Literal(value):
                return UNKNOWN if value is None else value  # no value: an unknown name, reported already
            case OutcomeRef():
                return UNKNOWN if outcome is None else outcome
            case _:
                key = key_of(expression)
                position = None if key is None else self.index.get(key)
                if position is not None:
                    return valuation[position]
                return UNKNOWN if self._may_be_written(expression, known) else None

    def _may_be_written(self, expression: Expression, known: Known) -> bool:
        match expression:
            case FieldRef(form) | FormRef(form):
                return bool(known.may & self.bit("form", form))
            case DataRef(name):
                return bool(known.may & self.bit("data", name))
            case _:
                return True


def written(state: State, bits: int) -> State:
    """Return the state after something is written."""
    return {valuation: known.with_bits(bits) for valuation, known in state.items()} if bits else state


def _chosen(definition: Definition, domain: Callable[[Key], tuple[Value, ...]]) -> list[Key]:
    """The variables that guards compare most often, as long as their combinations stay few."""
    counted = Counter(_compared(definition))
    chosen: list[Key] = []
    size = 1
    for key, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])):
        values = domain(key)
        if values and size * len(values) <= MOST:
            chosen.append(key)
            size *= len(values)
    return chosen


def _compared(definition: Definition) -> Iterator[Key]:
    for part in parts((definition.nodes, definition.handlers, definition.constraints, definition.gates)):
        match part:
            case Compare(_, left, right):
                operands: tuple[object, ...] = (left, right)
            case Among(value):
                operands = (value,)
            case _:
                continue
        for operand in operands:
            key = key_of(operand)
            if key is not None:
                yield key
