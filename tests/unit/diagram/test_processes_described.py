"""Every process of the notice is told in prose, with what it asks, decides and lists."""

from dsl.describing import describe
from tests.unit.diagram.test_processes_drawn import drawn


def test_forms_tables_and_registers_are_told() -> None:
    for process in drawn():
        told = describe(process)
        names = [each.name for each in process.forms] + [each.name for each in process.tables]
        for name in names + [each.name for each in process.registers]:
            assert f"“{name}”" in told, (process.name, name)
