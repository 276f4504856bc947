"""落实 against the list of obligations: sentences that nothing carries out, and ids that the list does not have."""

from collections.abc import Sequence

from dsl.clauses import Fulfils
from dsl.lower import Lowered
from dsl.report import Report, suggestion
from dsl.scope import World
from dsl.source import Place
from dsl.walk import parts
from engine.obligations import Obligation, carried

_SAY_WHERE = "在落实它的步骤、台账或例行里写一行“落实”；没有可以执行的，在清单里写明“原则要求”和原因"


def check_obligations(
    world: World, lowered: Sequence[Lowered], obligations: Sequence[Obligation], report: Report
) -> None:
    """Report what no definition of this compilation carries out, beside what carries out the same article."""
    known = {each.id for each in obligations}
    for line in (part for scope in world.scopes for part in parts(scope.file) if isinstance(part, Fulfils)):
        for cited in line.obligations:
            if cited.text not in known:
                hint = suggestion(cited.text, known, "核对编号，或把这一句补进义务清单")
                report.warning("O02", cited.place, f"义务清单里没有 {cited.text}", hint)
    if not lowered:
        return
    rows = carried(obligations, [each.definition for each in lowered])
    places = {each.definition.name: each.process.name.place for each in lowered}
    nearby: dict[int, Place] = {}
    for row in rows:
        for element in row.elements:
            nearby.setdefault(row.obligation.article, places[element.process])
    first = next(iter(places.values()))
    for row in rows:
        if row.missing:
            text = f"没有规程落实 {row.obligation.id}：{row.obligation.text}"
            report.info("O01", nearby.get(row.obligation.article, first), text, _SAY_WHERE)
