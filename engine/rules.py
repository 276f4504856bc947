"""What a rule with exceptions concludes, and why: default logic as in Catala, bounds of the law at the end.

Source: S. Merigoux, N. Chataing, J. Protzenko, "Catala: a programming language for the law" (2021); an exception
that is overridden keeps a name of its own, so that the one that won can be told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from enum import StrEnum
from typing import ClassVar

from engine import arithmetic
from engine.definition import Citation, Rule, RuleException
from engine.errors import Refusal
from engine.expressions import Extremum
from engine.values import Value


class Bound(StrEnum):
    """The bound that had the last word."""

    FLOOR = "下限"
    CEILING = "上限"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a rule gives as of a day, and why.

    Args:
        cases: names of the exceptions that decided (第n条例外 when it has none); none: the base rule did.
        bound: the bound that changed what they gave.
        basis: articles of the rule and of those exceptions, each once.
    """

    result: Value
    cases: tuple[str, ...]
    bound: Bound | None
    day: date
    basis: tuple[Citation, ...]


@dataclass(eq=False)
class ExceptionsDisagree(Refusal):
    """Two exceptions of a rule hold, and neither says that it overrides the other."""

    code: ClassVar[str] = "E802"
    hint: ClassVar[str] = "请核对填写的内容；如内容无误，须由管理员在规则中写明“优先于”后重新发布。"
    rule: str
    exceptions: tuple[str, ...]

    def __str__(self) -> str:
        return f"规则“{self.rule}”的例外{'、'.join(self.exceptions)}同时成立，未写明哪个优先"


@dataclass(frozen=True, slots=True)
class Case:
    """An exception whose condition holds, and what it gives."""

    exception: RuleException
    result: Callable[[], Value]


def conclude(
    rule: Rule,
    holding: Sequence[Case],
    base: Callable[[], Value],
    bounds: Sequence[tuple[Bound, Value]],
    day: date,
    zone: tzinfo,
) -> Conclusion:
    """Return what a rule concludes: base or the exceptions that win, then the bounds; a missing bound does not bound.

    Raises:
        ExceptionsDisagree: winning exceptions give different results.
    """
    overridden = {name for case in holding for name in case.exception.overrides}
    winning = [case for case in holding if case.exception.name not in overridden]
    names = tuple(_name(rule, case.exception) for case in winning)
    results = [case.result() for case in winning]
    if any(result != results[0] for result in results[1:]):
        raise ExceptionsDisagree(rule.name, tuple(f"“{name}”" for name in names))
    value = results[0] if results else base()
    bounded = None
    for bound, limit in bounds:
        kept = _keep(bound, value, limit, zone)
        if kept != value:
            value, bounded = kept, bound
    basis = dict.fromkeys((*(each for case in winning for each in case.exception.basis), *rule.basis))
    return Conclusion(value, names, bounded, day, tuple(basis))


def _name(rule: Rule, exception: RuleException) -> str:
    return exception.name or f"第{rule.exceptions.index(exception) + 1}条"


def _keep(bound: Bound, value: Value, limit: Value, zone: tzinfo) -> Value:
    if value is None or limit is None:
        return value
    return arithmetic.extreme(Extremum.MAX if bound is Bound.FLOOR else Extremum.MIN, (value, limit), zone)
