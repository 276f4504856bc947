"""Steps about recurring duties: bring one into force, leave and posts by date, what was owed and how it stands."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from dsl.scenarios.outcome import Unmet, expected
from dsl.scenarios.preparing import change, post_of
from dsl.scenarios.registry import Call, Chapter, action, step
from dsl.scenarios.world import SYSTEM, World
from engine.directory import Organisation
from engine.duty_book import STANDING_TEXTS, DutyRow
from engine.occurrences import Absence
from engine.views import ItemStatus

_ALL = 200
TOWN = "全镇"
"""Stands for a person where a duty is the town's."""


def bring_into_force(world: World, call: Call) -> None:
    """Deploy a duty of the library from a day on."""
    name = call["例行"]
    definition = world.duties.get(name)
    if definition is None:
        raise Unmet(f"没有例行“{name}”；有：{'、'.join(world.duties) or '（没有）'}")
    world.engine.deploy([definition], by=SYSTEM, reason="场景", effective=_day(world, call["日期"]))
    world.engine.tick()


def take_leave(world: World, call: Call) -> None:
    """Record leave, both days included."""
    absence = Absence(
        world.person(call["人"]), _day(world, call["日期"]), _day(world, call["止日"]), call.get("事由") or ""
    )
    _change(world, lambda town: replace(town, absences=(*town.absences, absence)))


def appoint_from(world: World, call: Call) -> None:
    """Give a person a post from a day on."""
    post = replace(post_of(world, call), valid_from=_day(world, call["日期"]))
    _change(world, lambda town: replace(town, posts=(*town.posts, post)))


def leave_post(world: World, call: Call) -> None:
    """End a post with a day, which still counts."""
    account, role, last = world.person(call["人"]), call["角色"], _day(world, call["日期"])
    posts = tuple(
        replace(post, valid_until=last) if (post.account, post.role) == (account, role) else post
        for post in world.engine.organisation().posts
    )
    _change(world, lambda town: replace(town, posts=posts))


def _change(world: World, made: Callable[[Organisation], Organisation]) -> None:
    change(world, made)
    world.engine.tick()


def _day(world: World, text: str) -> date:
    found = world.reckoning.day(text)
    if found is None:
        raise Unmet(f"读不懂日期“{text}”，请写成 2023-04-01")
    return found


# ---- doing


def perform(world: World, call: Call) -> None:
    """Do what a duty asks for: the oldest that is open, or that of a period."""
    _perform(world, call, tuple(reversed(_rows(world, call["例行"], call.get("期次")))))


def perform_latest(world: World, call: Call) -> None:
    """Do what a duty asks for in the latest period."""
    _perform(world, call, _rows(world, call["例行"], None))


def _perform(world: World, call: Call, rows: Sequence[DutyRow]) -> None:
    account = world.person(call["人"])
    for row in rows:
        world.speak_of(row.case)
        for item in world.items(row.duty):
            if row.holder is None or row.holder.account == account:
                form = world.filler(world.definition, account).fill(call.table, world.forms_of(row.duty))
                world.engine.complete(item.id, by=account, form=form or None)
                return
    raise Unmet(f"{call['人']}没有要办的例行“{call['例行']}”：{_story(world, call['例行'])}")


# ---- looking


def stands(world: World, call: Call) -> None:
    """What a person owed in a period stands like this."""
    row = _row(world, call)
    if row.standing_text != call["情况"]:
        failure = expected(f"{row.term}的例行“{row.duty}”", call["情况"], row.standing_text)
        raise Unmet(failure.said, (*_lines(world, row.duty), *world.story()))


def was_excused(world: World, call: Call) -> None:
    """Nothing was owed, for this reason, and nobody was asked."""
    row = _row(world, call)
    if call["文字"] not in row.excuse:
        raise Unmet(expected("免办的理由", f"含“{call['文字']}”", row.excuse or "（没有免办）").said)
    opened = [item for item in world.engine.case(row.case).items if item.status is ItemStatus.OPEN]
    if opened:
        raise Unmet("免办的不应有待办", world.story())


def counts(world: World, call: Call) -> None:
    """So many were generated in a period."""
    rows = _rows(world, call["例行"], call["期次"])
    if len(rows) != int(call["数"]):
        failure = expected(f"{call['期次']}的例行“{call['例行']}”", f"{call['数']}件", f"{len(rows)}件")
        raise Unmet(failure.said, _lines(world, call["例行"]))


def rate(world: World, call: Call) -> None:
    """The rate of what fell due from a day to a day."""
    filters = {
        "duty": call["例行"],
        "from": _day(world, call["日期"]).isoformat(),
        "until": _day(world, call["止日"]).isoformat(),
    }
    found = world.engine.duty_figures(_auditor(world), filters, "all")
    shown = found[0].rate_text if found else "（没有）"
    if shown != call["完成率"]:
        raise Unmet(expected("完成率", call["完成率"], shown).said, _lines(world, call["例行"]))


def speak_of(world: World, call: Call) -> None:
    """Speak of the case of what a person owed in a period."""
    world.speak_of(_row(world, call).case)


def _row(world: World, call: Call) -> DutyRow:
    """Return what a person (or the town, when none is named) owed in a period.

    Raises:
        Unmet: nothing.
    """
    rows = _rows(world, call["例行"], call["期次"])
    whose = call["人"]
    account = None if whose == TOWN else world.person(whose)
    found = [row for row in rows if account is None or (row.holder and row.holder.account == account)]
    if not found:
        raise Unmet(f"{whose}在{call['期次']}没有例行“{call['例行']}”", _lines(world, call["例行"]))
    world.speak_of(found[0].case)
    return found[0]


def _rows(world: World, duty: str, term: str | None) -> Sequence[DutyRow]:
    """Return what was owed, the latest first."""
    found: list[DutyRow] = []
    after: str | None = None
    while True:
        page = world.engine.duties(_auditor(world), {"duty": duty}, after, _ALL)
        found += [row for row in page.items if term is None or row.term == term]
        after = page.next
        if after is None:
            return found


def _auditor(world: World) -> str:
    """Somebody who sees every case."""
    organisation = world.engine.organisation()
    return next(iter((*organisation.auditors, *organisation.administrators)), SYSTEM)


def _lines(world: World, duty: str) -> tuple[str, ...]:
    return tuple(
        f"{row.term} {row.holder.name if row.holder else TOWN} {row.standing_text}{row.excuse}"
        for row in reversed(_rows(world, duty, None))
    )


def _story(world: World, duty: str) -> str:
    return "；".join(_lines(world, duty)) or "（没有生成）"


DUTIES = Chapter(
    "例行",
    (
        step(
            '例行"{例行}"自{日期}起施行',
            "发布一个例行并生成到期的待办；其他例行在场景里不生成",
            "例行“月度检查”自 2023-04-01 起施行",
            bring_into_force,
        ),
        step(
            '{人}自{日期}至{止日}请假[,事由"{事由}"]',
            "登记请假，首尾两天都算",
            "王芳自 2023-05-01 至 2023-05-31 请假，事由“产假”",
            take_leave,
        ),
        step(
            '"{角色}"自{日期}起由{人}担任[,范围"{范围}"]',
            "到任，从那天起算",
            "“网格员”自 2023-05-15 起由王芳担任，范围“东河村”",
            appoint_from,
        ),
        step('{人}的"{角色}"任到{日期}', "离任，当天还算在任", "王芳的“网格员”任到 2023-05-14", leave_post),
        action(
            '{人}完成例行"{例行}"[的"{期次}"]',
            "办理一件例行，不写期次的是最早的一件",
            "王芳完成例行“月度检查”的“2023年4月”：",
            perform,
        ),
        action(
            '{人}完成最近一期例行"{例行}"',
            "办理最近一期的一件，以前没办的留着",
            "王芳完成最近一期例行“月度检查”：",
            perform_latest,
        ),
        step(
            '{人}"{期次}"的例行"{例行}"是"{情况}"',
            f"某人（或全镇）某期的情况：{'、'.join(STANDING_TEXTS.values())}",
            "王芳“2023年4月”的例行“月度检查”是“未完成”",
            stands,
        ),
        step(
            '{人}"{期次}"的例行"{例行}"免办,理由含"{文字}"',
            "没有待办，台账里写明理由",
            "王芳“2023年5月”的例行“月度检查”免办，理由含“请假”",
            was_excused,
        ),
        step(
            '"{期次}"的例行"{例行}"有{数}件',
            "一期正好生成几件，免办的也算",
            "“2023年4月”的例行“月度检查”有3件",
            counts,
        ),
        step(
            '例行"{例行}"自{日期}至{止日}的完成率是"{完成率}"',
            "期末落在这些天里的：按期完成 ÷ 到期应办",
            "例行“月度检查”自 2023-04-01 至 2023-04-30 的完成率是“66.7%（2/3）”",
            rate,
        ),
        step(
            '转到{人}"{期次}"的例行"{例行}"',
            "以下说的是那一件",
            "转到王芳“2023年4月”的例行“月度检查”",
            speak_of,
        ),
    ),
)
