"""All checks of lowered processes, in the order in which their findings help most."""

from collections.abc import Sequence

from dsl.clamps import check_clamps
from dsl.clock_checks import check_clocks
from dsl.damage import damage
from dsl.data_checks import check_data
from dsl.duties import check_duties
from dsl.findings import has_errors
from dsl.flow import check_flow
from dsl.law_checks import check_laws
from dsl.links import check_links
from dsl.loops import check_loops
from dsl.lost_data import check_overwritten, check_unread
from dsl.lower import Lowered
from dsl.obligation_checks import check_obligations
from dsl.privacy import check_privacy
from dsl.recurring_checks import check_recurring
from dsl.register_checks import check_registers
from dsl.report import Report
from dsl.rule_checks import check_rules
from dsl.scope import World
from dsl.signing_checks import check_signing
from dsl.surroundings import Surroundings
from dsl.table_checks import check_tables
from dsl.unused import check_unused
from dsl.version_changes import check_changes
from dsl.waiting import check_waiting


def check_process(process: Lowered, world: World, report: Report) -> None:
    """Check a process by itself. What is missing where the text could not be read is no further mistake.

    Args:
        report: what reading, resolving and lowering have found; grows.
    """
    unread = damage(report.findings, "S")
    unfilled = damage(report.findings, "S", "N05", "N15")
    wrong = damage(report.findings, "S", "N", "K", "B")
    check_flow(process, unread, report)
    if process.is_duty:
        check_recurring(process, unread, report)
    else:
        check_duties(process, unread, report)
    check_tables(process, wrong, report)  # before what rests on their answers
    check_rules(process, report)
    whole = all(region.nodes for region in process.definition.regions)  # or C22 has said so
    if whole:
        check_data(process, unfilled, report)
    check_clamps(process, report)
    if whole and process.flow_known and not unfilled.within(process.process.place):
        check_clocks(process, report)
        check_loops(process, report)
        check_overwritten(process, report)
    check_privacy(process, world, report)
    check_signing(process, report)


def check_together(world: World, lowered: Sequence[Lowered], around: Surroundings, report: Report) -> None:
    """Check what shows only when all processes and files are seen, and what lies around them."""
    check_links(lowered, report)
    check_waiting(lowered, report)
    if around.laws is not None:
        check_laws(world, around.laws, report)
    if around.organisation is not None:
        from dsl.staffing_checks import check_staffing  # brings people and posts along

        check_staffing(lowered, around.organisation, around.day, report)
    if around.obligations is not None:
        check_obligations(world, lowered, around.obligations, report)
    if not has_errors(report.findings):
        check_changes(lowered, around.before, report)
        check_unused(world, lowered, report)
        check_unread(world, lowered, report)
    check_registers(world, lowered, report)
