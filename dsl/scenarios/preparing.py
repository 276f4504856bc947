"""Steps that set the scene: time, people and their posts, powers of the town, local figures."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from dsl.scenarios.moments import is_relative, span_of
from dsl.scenarios.outcome import Unmet
from dsl.scenarios.registry import Call, Chapter, step
from dsl.scenarios.world import SYSTEM, World
from engine.directory import HeldPower, Organisation, Post
from engine.grants import Grant

_DIMENSIONS = {"村": "村", "企业": "单位", "站所": "单位", "外部": "单位"}


def set_time(world: World, call: Call) -> None:
    """Begin at a moment, or go on to it."""
    moment = world.moment(call["时刻"])
    if world.begun:
        world.run_until(moment)
    else:
        world.begin(moment, anew=not is_relative(call["时刻"]))


def pass_time(world: World, call: Call) -> None:
    """Let a length of time pass while the system runs."""
    world.run_until(_after(world, call))


def be_down(world: World, call: Call) -> None:
    """Let a length of time pass while the system is down; then it catches up."""
    world.run_until(_after(world, call), down=True)


def _after(world: World, call: Call) -> datetime:
    span = span_of(call["时长"])
    if span is None:
        raise Unmet(f"读不懂时长“{call['时长']}”，请写成 3个工作日、5日、2小时 或 30分钟")
    return world.reckoning.after(span)


def come_to(world: World, call: Call) -> None:
    """Go on to a moment while the system runs."""
    world.run_until(world.moment(call["时刻"]))


def take_power(world: World, call: Call) -> None:
    """Take a power from the town."""
    power = call["职权"]
    change(world, lambda town: replace(town, powers=tuple(p for p in town.powers if p.power != power)))


def give_power(world: World, call: Call) -> None:
    """Give the town a power."""
    held = HeldPower(call["职权"])
    change(world, lambda town: replace(town, powers=(*town.powers, held)))


def stand_in(world: World, call: Call) -> None:
    """Let a person act for another by a written grant."""
    first = world.moment(call["起"]).astimezone(world.engine.zone).date()
    last = world.moment(call["止"]).astimezone(world.engine.zone).date()
    principal, deputy = world.person(call["另一人"]), world.person(call["人"])
    grant = Grant(principal, deputy, first, last, call["文件"], principal)
    change(world, lambda town: replace(town, grants=(*town.grants, grant)))


def appoint(world: World, call: Call) -> None:
    """Give a person a post, everywhere or for a village, unit or line of business."""
    post = post_of(world, call)
    change(world, lambda town: replace(town, posts=(*town.posts, post)))


def post_of(world: World, call: Call) -> Post:
    """Return the post that a step names."""
    account, scope = world.person(call["人"]), call.get("范围")
    unit = next((u for u in world.engine.organisation().units if scope in (u.name, u.code)), None)
    dimension = None if scope is None else _DIMENSIONS[unit.kind] if unit else "行业"
    return Post(call["角色"], account, dimension, unit.code if unit else scope)


def dismiss(world: World, call: Call) -> None:
    """Take a post from a person."""
    account, role = world.person(call["人"]), call["角色"]
    kept = tuple(
        post for post in world.engine.organisation().posts if (post.role, post.account) != (role, account)
    )
    change(world, lambda town: replace(town, posts=kept))


def set_parameter(world: World, call: Call) -> None:
    """Set a local figure from a day on."""
    since = world.reckoning.day(call["日期"])
    if since is None:
        raise Unmet(f"读不懂日期“{call['日期']}”")
    value = span_of(call["值"]) or call["值"]
    world.engine.set_parameter(call["参数"], value, since, by=SYSTEM, reason="场景")


def change(world: World, made: Callable[[Organisation], Organisation]) -> None:
    """Load the organisation anew, changed."""
    world.engine.load_organisation(made(world.engine.organisation()), by=SYSTEM)


TIME = Chapter(
    "时间",
    (
        step("时间是{时刻}", "开始的时间；以后再写就是到了那时", "时间是 2023-04-10 09:00", set_time),
        step("过了{时长}", "时间过去，到期的提醒、逾期照常发生", "过了 3个工作日", pass_time),
        step("到了{时刻}", "时间走到那时，到期的提醒、逾期照常发生", "到了 2023-04-17 10:00", come_to),
        step("系统停机{时长}", "停机期间什么都不发生，恢复后一并处理", "系统停机 10日", be_down),
    ),
)
TOWN = Chapter(
    "机构",
    (
        step('本镇没有"{职权}"', "收回一项职权", "本镇没有“责令整改权”", take_power),
        step(
            '{人}自{起}至{止}代理{另一人},依据"{文件}"',
            "登记一项有文件的代理",
            "王芳自 2023-04-10 至 2023-04-14 代理李科，依据“请假单”",
            stand_in,
        ),
        step('本镇有"{职权}"', "取得一项职权", "本镇有“责令整改权”", give_power),
        step(
            '{人}担任"{角色}"[,范围"{范围}"]',
            "任职；范围可写村、单位或行业",
            "王芳担任“网格员”，范围“东河村”",
            appoint,
        ),
        step('免去{人}的"{角色}"', "免职", "免去王芳的“网格员”", dismiss),
        step(
            '参数"{参数}"自{日期}起为"{值}"',
            "改一个本地参数",
            "参数“反馈期限”自 2023-01-01 起为“15日”",
            set_parameter,
        ),
    ),
)
