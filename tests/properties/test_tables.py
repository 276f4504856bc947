"""Analysis of decision tables agrees with trying every point; evaluation with the plainest evaluator."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compiled import Program
from engine.definition import AnyValue, HitPolicy, Interval, Row, Table
from engine.table_analysis import TableFinding, TableProblem, analyse
from engine.tables import RowsDisagree
from engine.values import Value
from tests.properties.tables import ENUMERATION, definition_of, space, tables
from tests.unit.compute.case import ACase
from tests.unit.compute.naive import answer, matches

SINGLE = (HitPolicy.UNIQUE, HitPolicy.ANY)


def found(table: Table, problem: TableProblem) -> list[TableFinding]:
    return [each for each in analyse(table, [ENUMERATION]) if each.problem is problem]


def matching(table: Table, point: tuple[Value, ...]) -> list[int]:
    """Numbers of the rows that match, cell by cell."""
    definition = definition_of(table)
    return [
        number
        for number, row in enumerate(table.versions[0].rows, 1)
        if all(
            matches(definition, cell, each.type.kind, each.type.of, value)
            for cell, each, value in zip(row.cells, table.inputs, point, strict=True)
        )
    ]


def witness(finding: TableFinding) -> tuple[Value, ...]:
    return tuple(value for _, value in finding.witness)


@given(tables())
@settings(max_examples=350, deadline=None)
def test_a_gap_is_found_exactly_when_some_point_has_no_answer(table: Table) -> None:
    gaps = found(table, TableProblem.GAP)
    answered = table.policy.answers_none  # nothing collected is an answer
    assert bool(gaps) == any(not answered and not matching(table, point) for point in space(table))
    assert all(matching(table, witness(gap)) == [] for gap in gaps)


@given(tables())
@settings(max_examples=350, deadline=None)
def test_conflicts_and_overlaps_are_exactly_the_pairs_that_meet(table: Table) -> None:
    results = [row.results for row in table.versions[0].rows]
    pairs = {
        (a, b, results[a - 1] == results[b - 1])
        for hits in (matching(table, point) for point in space(table))
        for a in hits
        for b in hits
        if a < b
    }
    expected = (
        {(a, b, same) for a, b, same in pairs if table.policy is HitPolicy.UNIQUE or (not same)}
        if table.policy in SINGLE
        else set()
    )
    clashes = [(each, False) for each in found(table, TableProblem.CONFLICT)]
    clashes += [(each, True) for each in found(table, TableProblem.OVERLAP)]
    assert {(*each.rows, same) for each, same in clashes} == expected
    assert all(set(each.rows) <= set(matching(table, witness(each))) for each, _ in clashes)


@given(tables())
@settings(max_examples=350, deadline=None)
def test_a_row_is_masked_only_when_the_table_answers_the_same_without_it(table: Table) -> None:
    """Taking one masked row away never changes an answer."""
    masked = {each.rows[0] for each in found(table, TableProblem.MASKED)}
    rows = table.versions[0].rows
    for number in range(1, len(rows) + 1):
        shorter = rows[: number - 1] + rows[number:]
        fewer = replace(table, versions=(replace(table.versions[0], rows=shorter),))
        same = all(_answered(table, point) == _answered(fewer, point) for point in space(table))
        assert same or number not in masked


@given(tables())
@settings(max_examples=350, deadline=None)
def test_rows_that_never_match_and_rows_behind_an_earlier_one_are_masked(table: Table) -> None:
    masked = {each.rows[0] for each in found(table, TableProblem.MASKED)}
    hits = [matching(table, point) for point in space(table)]
    for number in range(1, len(table.versions[0].rows) + 1):
        if not any(number in each for each in hits):
            assert number in masked
        if table.policy is HitPolicy.FIRST:
            assert (number in masked) == (not any(each[:1] == [number] for each in hits))


@given(tables())
@settings(max_examples=350, deadline=None)
def test_rows_to_merge_cover_one_unbroken_range_together(table: Table) -> None:
    for finding in found(table, TableProblem.MERGEABLE):
        first, second = finding.rows
        column = [each.name for each in table.inputs].index(finding.column or "")
        one, other = (table.versions[0].rows[number - 1] for number in (first, second))
        assert one.results == other.results
        if isinstance(one.cells[column], Interval) and table.inputs[column].type.of is None:
            alone = [_alone(table, row, column) for row in (one, other)]
            axis = sorted({point[column] for point in space(table)})  # type: ignore[type-var]  # numbers of one kind
            inside = [any(matching(each, (value,)) for each in alone) for value in axis]
            assert inside == sorted(inside[: inside.index(True)]) + sorted(inside[inside.index(True) :])[::-1]


@given(tables(), st.data())
@settings(max_examples=350, deadline=None)
def test_evaluation_agrees_with_the_plainest_evaluator(table: Table, data: st.DataObject) -> None:
    """Also when some inputs were not filled in."""
    point = data.draw(st.sampled_from(space(table)))
    missing = data.draw(st.lists(st.booleans(), min_size=len(point), max_size=len(point)))
    arguments = [None if gone else value for gone, value in zip(missing, point, strict=True)]
    definition, case = definition_of(table), ACase()
    try:
        expected: object = answer(definition, case, table, arguments)
    except ValueError:
        expected = RowsDisagree
    try:
        given: object = Program(definition).decide(case, table.name, tuple(arguments)).results
    except RowsDisagree:
        given = RowsDisagree
    assert given == expected


def _answered(table: Table, point: tuple[Value, ...]) -> object:
    try:
        answered = answer(definition_of(table), ACase(), table, list(point))
    except ValueError:
        return "conflict"
    return set(answered[0]) if table.policy is HitPolicy.COLLECT else answered


def _alone(table: Table, row: Row, column: int) -> Table:
    """The table of one column and one row."""
    cell = row.cells[column]
    assert not isinstance(cell, AnyValue)
    version = replace(table.versions[0], rows=(replace(row, cells=(cell,)),))
    return replace(table, inputs=(table.inputs[column],), versions=(version,))
