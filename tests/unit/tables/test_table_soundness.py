"""The shared tables answer every question with one answer, in every version."""

import pytest

from engine.definition import Table
from engine.table_analysis import TableProblem, analyse
from tests.unit.tables.shared import program

DEFINITION = program().definition


@pytest.mark.parametrize("table", DEFINITION.tables, ids=lambda table: table.name)
def test_table_has_no_gap_conflict_or_idle_row(table: Table) -> None:
    problems = analyse(table, DEFINITION.enumerations, DEFINITION.parameters)

    assert [found for found in problems if found.problem is not TableProblem.MERGEABLE] == []


@pytest.mark.parametrize("table", DEFINITION.tables, ids=lambda table: table.name)
def test_versions_follow_each_other_without_a_day_between(table: Table) -> None:
    for earlier, later in zip(table.versions, table.versions[1:], strict=False):
        assert earlier.valid_until is not None
        assert later.valid_from is not None
        assert (later.valid_from - earlier.valid_until).days == 1
