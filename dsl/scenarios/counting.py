"""Steps that look at what is read across cases: rows of registers, figures of statistics."""

from dsl.scenarios.outcome import Unmet, expected
from dsl.scenarios.registry import Call, Chapter, step
from dsl.scenarios.wording import same
from dsl.scenarios.world import SYSTEM, World
from engine.periods import Period, read_period
from engine.register_views import RegisterPage, RegisterQuery

_HEADS = (("列", "值"), ("字段", "值"))


def has_row(world: World, call: Call) -> None:
    """Some row of the register has these values."""
    wanted = [(row[0], row[1]) for row in call.table or () if tuple(row[:2]) not in _HEADS]
    if not wanted:
        raise Unmet("请在下面用表格写出列和值：| 列 | 值 |")
    page = _page(world, call["台账"])
    names = {column.name for column in page.head.columns}
    unknown = [name for name, _ in wanted if name not in names]
    if unknown:
        raise Unmet(f"台账“{call['台账']}”没有列“{'、'.join(unknown)}”；有：{'、'.join(sorted(names))}")
    if any(all(same(text, row.texts[name]) for name, text in wanted) for row in page.rows):
        return
    found = "；".join("、".join(row.texts[name] for name, _ in wanted) for row in page.rows) or "（没有行）"
    failure = expected(f"台账“{call['台账']}”没有这样一行", "、".join(text for _, text in wanted), found)
    raise Unmet(failure.said, world.story())


def has_rows(world: World, call: Call) -> None:
    """The register has exactly so many rows."""
    _require(world, f"台账“{call['台账']}”的行数不对", call["数"], str(_page(world, call["台账"]).total))


def figure_is(world: World, call: Call) -> None:
    """A statistic has this figure: 25/30, 3, —."""
    found = world.engine.statistic(call["统计"], SYSTEM, _period(call.get("期间"))).figure
    shown = str(found.numerator) if found.denominator is None else f"{found.numerator}/{found.denominator}"
    _require(world, f"统计“{call['统计']}”不对", call["数值"], shown)


def nothing_due(world: World, call: Call) -> None:
    """There is nothing that a share could be taken of."""
    view = world.engine.statistic(call["统计"], SYSTEM, _period(call.get("期间")))
    _require(world, f"统计“{call['统计']}”应当没有比例", "0", str(view.figure.denominator))


def _page(world: World, name: str) -> RegisterPage:
    return world.engine.register(name, SYSTEM, RegisterQuery(limit=None))


def _period(code: str | None) -> Period | None:
    if code is None:
        return None
    found = read_period(code)
    if found is None:
        raise Unmet(f"读不懂期间“{code}”，请写成 2023-04、2023Q2、2023 或 2023-04-01..2023-04-15")
    return found


def _require(world: World, what: str, wanted: str, found: str) -> None:
    if wanted.replace(" ", "") != found:
        raise Unmet(expected(what, wanted, found).said, world.story())


REGISTERS = Chapter(
    "台账和统计",
    (
        step('台账"{台账}"有一行', "有一行各列是表格里的值", "台账“问题台账”有一行", has_row),
        step('台账"{台账}"有{数}行', "正好几行", "台账“问题台账”有3行", has_rows),
        step(
            '统计"{统计}"为{数值}[,期间{期间}]',
            "比例写 分子/分母",
            "统计“按期率”为 25/30，期间 2023-04",
            figure_is,
        ),
        step(
            '统计"{统计}"没有到期项[,期间{期间}]', "分母是零，不算比例", "统计“按期率”没有到期项", nothing_due
        ),
    ),
)
