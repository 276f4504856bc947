"""Whether a condition holds in a state, found once for everything that the condition can tell apart."""

from collections.abc import Callable
from typing import TypeAlias

from dsl.variables import Known, Valuation, Variables, key_of
from dsl.walk import parts
from engine.expressions import DataRef, Expression, FieldRef, FormRef, NodeRef

Verdict: TypeAlias = Callable[[Valuation, Known, str | None], bool | None]
"""(valuation, known, 结论 of the step) -> holds, does not, may or may not (None)."""


def remembered(variables: Variables, condition: Expression) -> Verdict:
    """Return `variables.holds` of a condition, remembering its answers.

    Of a state it reads few variables and few bits: hundreds of states have a handful of answers.
    """
    positions, bits = _support(variables, condition)
    answers: dict[tuple[object, ...], bool | None] = {}

    def verdict(valuation: Valuation, known: Known, outcome: str | None) -> bool | None:
        key = (known.must & bits, known.may & bits, outcome, *[valuation[at] for at in positions])
        if key not in answers:
            answers[key] = variables.holds(condition, valuation, known, outcome)
        return answers[key]

    return verdict


def _support(variables: Variables, condition: Expression) -> tuple[tuple[int, ...], int]:
    """Return the positions of the variables that a condition reads, and the bits it asks for."""
    positions: dict[int, None] = {}
    bits = 0
    for part in parts(condition):
        key = key_of(part)
        if key in variables.index:
            positions[variables.index[key]] = None
        match part:
            case FieldRef(form) | FormRef(form):
                bits |= variables.bit("form", form)
            case DataRef(name):
                bits |= variables.bit("data", name)
            case NodeRef(node):
                bits |= variables.bit("node", str(node))
            case _:
                pass
    return tuple(positions), bits
