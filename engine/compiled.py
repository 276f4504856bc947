"""A definition ready to compute: its expressions, tables and rules compiled once and kept."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeAlias, cast

from engine import arithmetic, tables
from engine.definition import (
    AnyValue,
    Cell,
    Definition,
    HitPolicy,
    Input,
    Interval,
    OneOf,
    Parameter,
    Row,
    Rule,
    RuleException,
    Table,
    TableVersion,
)
from engine.expressions import Comparison, Expression, Literal
from engine.generate import Function, Module, Names, Types, function_in
from engine.rules import Bound, Case, Conclusion, conclude
from engine.scope import Scope
from engine.tables import Decision, FiredRow, Ranks, Results
from engine.values import Kind, Type, Value

_Matching: TypeAlias = Callable[[Scope, Results, date], Sequence[int]]
_Answering: TypeAlias = Callable[[Scope, Results, date], tuple[Results, tuple[int, ...]]]


@dataclass(frozen=True, slots=True)
class _CompiledVersion:
    """A table version as a function: results, and the positions of the rows that decided.

    Args:
        rows: each row with its articles, as it stands in an answer.
    """

    version: TableVersion
    answer: _Answering
    rows: tuple[FiredRow, ...]


@dataclass(frozen=True, slots=True)
class _CompiledRule:
    rule: Rule
    base: Function
    exceptions: tuple[tuple[RuleException, Function, Function], ...]
    floor: Function | None
    ceiling: Function | None


class Program:
    """What a definition computes. Keep one for each stored version: functions are compiled at first use.

    Expressions are known by identity, so they must come from the definition (or live as long as the program).
    """

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._ranks: dict[str, Mapping[str, int]] = {
            enum.name: {member: position for position, member in enumerate(enum.members)}
            for enum in definition.enumerations
            if enum.ordered
        }
        self._tables = {table.name: table for table in definition.tables}
        self._rules = {rule.name: rule for rule in definition.rules}
        self._parameters = {parameter.name: parameter for parameter in definition.parameters}
        self._figures = {parameter.name: _in_order(parameter) for parameter in definition.parameters}
        self._types = Types(
            fields={
                (form.name, field.name): field.type.kind for form in definition.forms for field in form.fields
            },
            data={data.name: data.type.kind for data in definition.data},
            parameters={parameter.name: parameter.type.kind for parameter in definition.parameters},
            ranks=self._ranks,
            columns={table.name: tuple(out.name for out in table.outputs) for table in definition.tables},
        )
        self._values: dict[int, tuple[Expression, Function]] = {}
        self._conditions: dict[int, tuple[Expression, Function]] = {}
        self._versions: dict[int, _CompiledVersion] = {}
        self._compiled_rules: dict[int, _CompiledRule] = {}

    def value(self, expression: Expression, scope: Scope) -> Value:
        """Evaluate an expression; None is missing.

        Raises:
            RowsDisagree, ExceptionsDisagree: a table or rule it calls gives no single answer.
        """
        known = self._values.get(id(expression))
        function = known[1] if known is not None else self._compile(expression)
        return function(scope, (), None)

    def holds(self, condition: Expression, scope: Scope) -> bool:
        """Tell whether a condition holds; a missing yes-or-no value does not."""
        known = self._conditions.get(id(condition))
        function = known[1] if known is not None else self._compile_condition(condition)
        return function(scope, (), None) is True

    def law_day(self, scope: Scope, own: Expression | None = None) -> date:
        """Return the day as of which law is read (适用日); today when none is declared or filled in.

        Args:
            own: the day that a table or rule names for itself.
        """
        declared = own or self.definition.law_as_of
        value = None if declared is None else self.value(declared, scope)
        return arithmetic.local_day(value, scope.zone) if isinstance(value, date) else scope.today

    def parameter(self, scope: Scope, name: str, day: date | None = None) -> Value:
        """Return a dated figure as of a day; by default the day the case's law counts, 从轻 applied.

        Before the first dated value, the first counts.
        """
        parameter = self._parameters[name]
        if day is None and not self.definition.lenient:
            day = scope.today if self.definition.law_as_of is None else self.law_day(scope)
        if day is not None:
            return self._parameter_on(scope, parameter, day)
        return self._by_law(
            scope,
            day,
            self.definition.lenient,
            self._ranks_of(parameter.type),
            lambda on: self._parameter_on(scope, parameter, on),
        )

    def decide(self, scope: Scope, name: str, arguments: Results, day: date | None = None) -> Decision:
        """Read a table; see `parameter` for the day. The rows that decided stand in the answer.

        Args:
            arguments: one value an input, in order; a missing one matches only the cell `-`.

        Raises:
            RowsDisagree: rows that may not differ do.
        """
        table = self._tables[name]
        lenient = table.lenient or (self.definition.lenient and table.as_of is None)
        days = [day] if day is not None else self._law_days(scope, lenient, table.as_of)
        decisions = [self._decide_on(scope, table, arguments, on) for on in days]
        best = decisions[0]
        ranks = None if table.policy.aggregates else self._ranks_of(table.outputs[0].type)
        for other in decisions[1:]:
            if tables.is_lighter(other.results[0], best.results[0], ranks, scope.zone):
                best = other
        scope.decided(name, best)
        return best

    def table(self, scope: Scope, name: str, arguments: Results, day: date | None) -> Results:
        """Return only the results of a table."""
        return self.decide(scope, name, arguments, day).results

    def rule(self, scope: Scope, name: str, arguments: Results, day: date | None = None) -> Value:
        """Return the result of a rule; see `parameter` for the day. The scope is told how it came about.

        Raises:
            ExceptionsDisagree: two exceptions hold with different results, neither overriding the other.
        """
        rule = self._rules[name]
        ranks = self._ranks_of(rule.type)
        lenient = rule.lenient if rule.as_of is not None else self.definition.lenient
        days = [day] if day is not None else self._law_days(scope, lenient, rule.as_of)
        best, *others = [self._conclude_on(scope, rule, arguments, on) for on in days]
        for other in others:
            if _is_lighter(other.result, best.result, ranks, scope):
                best = other
        scope.decided(name, best)
        return best.result

    # ---- law as of a day

    def _law_days(self, scope: Scope, lenient: bool, own: Expression | None = None) -> list[date]:
        day = self.law_day(scope, own)
        return [day, scope.today] if lenient and day != scope.today else [day]

    def _by_law(
        self,
        scope: Scope,
        day: date | None,
        lenient: bool,
        ranks: Ranks | None,
        read: Callable[[date], Value],
    ) -> Value:
        """Read as of a day; 从轻 also as of today, and the lighter number or member counts."""
        if day is not None:
            return read(day)
        first, *later = [read(on) for on in self._law_days(scope, lenient)]
        for other in later:
            if _is_lighter(other, first, ranks, scope):
                return other
        return first

    def _ranks_of(self, type: Type) -> Ranks | None:
        return self._ranks.get(type.of or "") if type.kind is Kind.ENUM else None

    def _parameter_on(self, scope: Scope, parameter: Parameter, day: date) -> Value:
        if parameter.local:
            figure = scope.parameter(parameter.name, day)
            if figure is not None:
                return figure
        days, values = self._figures[parameter.name]
        if not values:
            return None
        dated = values[max(bisect_right(days, day) - 1, 0)]
        return dated.value if isinstance(dated, Literal) else self.value(dated, scope)

    def _conclude_on(self, scope: Scope, rule: Rule, arguments: Results, day: date) -> Conclusion:
        """Conclude by the version valid on a day; missing when there is none."""
        for version in rule.versions:
            if tables.is_valid(version.valid_from, version.valid_until, day):
                compiled = self._compiled_rules.get(id(version)) or self._compile_rule(version)
                return _concluded(compiled, scope, arguments, day)
        return Conclusion(None, (), None, day, ())

    def _decide_on(self, scope: Scope, table: Table, arguments: Results, day: date) -> Decision:
        version = tables.version_on(table, day)
        if version is None:
            return Decision(tuple(None for _ in table.outputs), (), day, ())
        compiled = self._versions.get(id(version)) or self._compile_version(table, version)
        results, rows = compiled.answer(scope, arguments, day)
        return Decision(results, tuple([compiled.rows[row] for row in rows]), day, version.basis)

    # ---- compiling

    def module(self) -> Module:
        """Return an empty module that knows the types of this definition."""
        return Module(self._types, self)

    def _compile(self, expression: Expression) -> Function:
        module = self.module()
        name = module.function(expression)
        function = function_in(module.load(), name)
        self._values[id(expression)] = (expression, function)
        return function

    def _compile_condition(self, condition: Expression) -> Function:
        module = self.module()
        name = module.condition(condition)
        function = function_in(module.load(), name)
        self._conditions[id(condition)] = (condition, function)
        return function

    def _compile_version(self, table: Table, version: TableVersion) -> _CompiledVersion:
        module = self.module()
        names = _input_names(table.inputs)
        if table.policy is HitPolicy.FIRST:
            answering = _first_answer(module, table, version, names)
            answer = cast(_Answering, module.load()[answering])
        else:
            answer = self._settled(module, table, version, names)
        rows = tuple(FiredRow(number, row.basis) for number, row in enumerate(version.rows, 1))
        compiled = self._versions[id(version)] = _CompiledVersion(version, answer, rows)
        return compiled

    def _settled(self, module: Module, table: Table, version: TableVersion, names: Names) -> _Answering:
        """Return a function that lets the hit policy choose among the rows that match."""
        made = [
            module.define("s, i, d", f"return {module.values(row.results, names)}") for row in version.rows
        ]
        matcher = _matcher(module, table, version, names)
        loaded = module.load()
        matching = cast(_Matching, loaded[matcher])
        results = [cast(Callable[[Scope, Results, date], Results], loaded[name]) for name in made]
        ranks = self._ranks_of(table.outputs[0].type)

        def answer(scope: Scope, arguments: Results, day: date) -> tuple[Results, tuple[int, ...]]:
            rows = matching(scope, arguments, day)
            return tables.decide(
                table, rows, lambda row: results[row](scope, arguments, day), ranks, scope.zone
            )

        return answer

    def _compile_rule(self, rule: Rule) -> _CompiledRule:
        module = self.module()
        names = _input_names(rule.inputs)

        def make(expression: Expression | None) -> str | None:
            return None if expression is None else module.function(expression, names)

        base, floor, ceiling = make(rule.base), make(rule.floor), make(rule.ceiling)
        cases = [
            (each, module.condition(each.condition, names), module.function(each.result, names))
            for each in rule.exceptions
        ]
        loaded = module.load()
        compiled = _CompiledRule(
            rule,
            function_in(loaded, base or ""),
            tuple((each, function_in(loaded, when), function_in(loaded, then)) for each, when, then in cases),
            None if floor is None else function_in(loaded, floor),
            None if ceiling is None else function_in(loaded, ceiling),
        )
        self._compiled_rules[id(rule)] = compiled
        return compiled


def _in_order(parameter: Parameter) -> tuple[list[date], list[Expression]]:
    """Return the first days of a parameter's values, and the values, oldest first."""
    dated = sorted(parameter.values, key=lambda each: each.valid_from)
    return [each.valid_from for each in dated], [each.value for each in dated]


def _is_lighter(one: Value, other: Value, ranks: Ranks | None, scope: Scope) -> bool:
    """Tell whether a later law is lighter (从轻); what has no weight is not."""
    weighed = ranks is not None or arithmetic.is_number(one)
    return weighed and tables.is_lighter(one, other, ranks, scope.zone)


def _concluded(compiled: _CompiledRule, scope: Scope, arguments: Results, day: date) -> Conclusion:
    holding = [
        Case(each, partial(then, scope, arguments, day))
        for each, when, then in compiled.exceptions
        if when(scope, arguments, day) is True
    ]
    bounds = [
        (bound, limit(scope, arguments, day))
        for bound, limit in ((Bound.FLOOR, compiled.floor), (Bound.CEILING, compiled.ceiling))
        if limit is not None
    ]
    return conclude(
        compiled.rule, holding, partial(compiled.base, scope, arguments, day), bounds, day, scope.zone
    )


def _input_names(inputs: Sequence[Input]) -> Names:
    return Names(inputs={each.name: (position, each.type.kind) for position, each in enumerate(inputs)})


def _matcher(module: Module, table: Table, version: TableVersion, names: Names) -> str:
    """Define the function that lists the positions of the rows that match."""
    variables, body = _opened(module, table)
    body.append("h = []")
    for position, row in enumerate(version.rows):
        body.append(f"if {_tests(module, table, row, variables, names)}: h.append({position})")
    body.append("return h")
    return module.define("s, i, d", "\n ".join(body))


def _first_answer(module: Module, table: Table, version: TableVersion, names: Names) -> str:
    """Define the function that gives the results of the first row that matches (首条), and its position."""
    variables, body = _opened(module, table)
    for position, row in enumerate(version.rows):
        literals = [each.value for each in row.results if isinstance(each, Literal)]
        if len(literals) == len(row.results):
            answer = module.constant((tuple(literals), (position,)))
        else:
            answer = f"({module.values(row.results, names)}, ({position},))"
        body.append(f"if {_tests(module, table, row, variables, names)}: return {answer}")
    body.append(f"return {module.constant((tuple(None for _ in table.outputs), ()))}")
    return module.define("s, i, d", "\n ".join(body))


def _opened(module: Module, table: Table) -> tuple[list[str], list[str]]:
    """Return a variable for each input, and the line that unpacks them."""
    variables = [module.fresh("v") for _ in table.inputs]
    return variables, [f"{''.join(variable + ', ' for variable in variables)} = i"] if variables else []


def _tests(module: Module, table: Table, row: Row, variables: Sequence[str], names: Names) -> str:
    """Return the source of what a row asks for."""
    tests = _validity(module, row) + [
        test
        for cell, each, variable in zip(row.cells, table.inputs, variables, strict=True)
        for test in _cell(module, cell, each, variable, names)
    ]
    return " and ".join(tests) or "True"


def _validity(module: Module, row: Row) -> list[str]:
    first = [] if row.valid_from is None else [f"{module.constant(row.valid_from)} <= d"]
    last = [] if row.valid_until is None else [f"d <= {module.constant(row.valid_until)}"]
    return first + last


def _cell(module: Module, cell: Cell, each: Input, variable: str, names: Names) -> list[str]:
    """Return the tests of a cell; a missing input passes only the empty list."""
    match cell:
        case AnyValue():
            return []
        case OneOf(members):
            return [module.among(variable, each.type.kind, members, names)]
        case Interval() if each.type.kind is Kind.ENUM:
            return [_graver(module, cell, each, variable)]
        case Interval(low, high, low_closed, high_closed):
            lower = Comparison.GE if low_closed else Comparison.GT
            upper = Comparison.LE if high_closed else Comparison.LT
            bounds = [
                module.ordered(operator, variable, each.type.kind, bound, names)
                for operator, bound in ((lower, low), (upper, high))
                if bound is not None
            ]
            return [f"{variable} is not None", *bounds]


def _graver(module: Module, cell: Interval, each: Input, variable: str) -> str:
    """≥ 较大 on an ordered enumeration means "at least as grave": bounds are ranks."""
    ranks = module.types.ranks[each.type.of or ""]
    within = [member for member in ranks if _in_gravity(cell, member, ranks)]
    return f"{variable} in {module.constant(frozenset(within))}"


def _in_gravity(cell: Interval, member: str, ranks: Mapping[str, int]) -> bool:
    lower = Comparison.GE if cell.low_closed else Comparison.GT
    upper = Comparison.LE if cell.high_closed else Comparison.LT
    return all(
        isinstance(bound, Literal) and arithmetic.compare_gravity(operator, member, bound.value, ranks)
        for operator, bound in ((lower, cell.low), (upper, cell.high))
        if bound is not None
    )
