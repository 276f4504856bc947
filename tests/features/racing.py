"""Steps that only these tests need: two processes at once, a power cut, an export kept, a version deployed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from dsl.scenarios.outcome import Unmet, expected
from dsl.scenarios.registry import Call, Chapter, step
from dsl.scenarios.world import SYSTEM, World
from engine.definition import Countersign, Step
from engine.events import TaskUrged

TRIALS = 12
MANY = 1000


def _worker(url: str, moment: str) -> "subprocess.Popen[str]":
    """Start another process on the same database; it does what it is told, a line a time."""
    command = [sys.executable, "-m", "tests.features.rival", url, moment]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@contextmanager
def _rivals(world: World) -> Iterator[list["subprocess.Popen[str]"]]:
    url, moment = str(world.engine.town.store.url), world.clock.now.isoformat()
    both = [_worker(url, moment) for _ in range(2)]
    try:
        for each in both:
            assert each.stdout is not None and each.stdout.readline() == "ready\n"
        yield both
    finally:
        for each in both:
            each.kill()
            each.wait()
            for pipe in (each.stdin, each.stdout):
                if pipe is not None:
                    pipe.close()


def _at_once(rivals: "list[subprocess.Popen[str]]", *orders: str) -> list[str]:
    for rival, order in zip(rivals, orders, strict=True):
        assert rival.stdin is not None
        rival.stdin.write(order + "\n")
        rival.stdin.flush()
    return [rival.stdout.readline().strip() for rival in rivals if rival.stdout is not None]


def race_recall(world: World, call: Call) -> None:
    """Recall and the next completion at once, many times: exactly one wins each time, and no token is doubled."""
    back, on = world.person(call["人"]), world.person(call["另一人"])
    trials = MANY if _nightly(world) else TRIALS
    with _rivals(world) as rivals:
        for number in range(trials):
            case = world.engine.start(call["规程"], by="shen", form={"名称": str(number)})
            first = world.engine.case(case.id).items[0].id
            world.engine.complete(first, by=back)
            second = world.engine.case(case.id).items[0].id
            said = _at_once(rivals, f"recall {first} {back}", f"complete {second} {on}")
            if sorted(each == "done" for each in said) != [False, True]:
                raise Unmet(f"第{number + 1}次：{said}，应恰有一方成功")
            after = world.engine.case(case.id)
            if len(after.items) != 1:
                raise Unmet(f"第{number + 1}次：剩下{len(after.items)}项待办")
    if not world.engine.verify().ok:
        raise Unmet("记录链核验不通过")


def race_votes(world: World, call: Call) -> None:
    """Two people submit the same step at once, with an opinion."""
    people = world.person(call["人"]), world.person(call["另一人"])
    holding = {item.holder.account: item.id for item in world.items(call["步骤"]) if item.holder}
    with _rivals(world) as rivals:
        orders = [f"complete {holding[who]} {who} {call['意见']}" for who in people]
        said = _at_once(rivals, *orders)
    if sorted(each == "done" for each in said) != [False, True]:
        raise Unmet(f"应恰有一方成功：{said}", world.story())


def race_timer(world: World, call: Call) -> None:
    """The engine acts on a deadline while the holder submits."""
    account = world.person(call["人"])
    item = world.item(call["步骤"], account)
    assert item.clock is not None and item.clock.due is not None, item
    world.clock.now = item.clock.due
    with _rivals(world) as rivals:
        _at_once(rivals, "tick - -", f"complete {item.id} {account} 同意")


def done_once(world: World, call: Call) -> None:
    """A step was completed exactly once."""
    said = [each for each in world.sentences() if each.startswith(f"“{call['步骤']}”") and "完成" in each]
    _require(len(said), 1, f"“{call['步骤']}”办结的次数")


def power_cut(world: World, call: Call) -> None:
    """The process dies after everything is written and before it is committed."""
    account = world.person(call["人"])
    item = world.item(call["步骤"], account)
    url = str(world.engine.town.store.url)
    command = [sys.executable, "-m", "tests.features.rival", url, world.clock.now.isoformat(), "die"]
    done = subprocess.run(
        command, input=f"complete {item.id} {account}\n", capture_output=True, text=True, check=False
    )
    if done.returncode != -9:
        raise Unmet(f"进程应在提交时断电：{done.returncode} {done.stderr[-500:]}")


def _nightly(world: World) -> bool:
    return bool(getattr(world, "nightly", False))


# ---- versions, exports, counts


def deploy_again(world: World, call: Call) -> None:
    """Deploy another version of a process, in which others act."""
    old = world.engine.definition(call["规程"])
    first = old.nodes[0]
    assert isinstance(first, Step), first
    moved = replace(first, name=f"新{first.name}")
    made = replace(old, version=call["版本"], nodes=(moved, *old.nodes[1:]))
    world.engine.deploy([made], by=SYSTEM, reason="改版")


def runs_on(world: World, call: Call) -> None:
    """The case is pinned to this version."""
    _require(world.case.version, call["版本"], "案件的版本")


def has_no_image(world: World, call: Call) -> None:
    """A dry run of a migration names a step that the other version does not have; nothing changes."""
    before = world.case.revision
    (found,) = world.engine.migrate([world.case.id], "guan", "", to=call["版本"], dry_run=True)
    lost = f"令牌“{call['步骤']}”新版没有对应的步骤（改了名的，请给出对应关系）"
    _require(lost in found.faults, True, f"试算说“{'；'.join(found.faults)}”")
    _require(world.case.revision, before, "案件的记录号")


def migrate(world: World, call: Call) -> None:
    """Put the case under another version; the dry run lists an image of everything that is open."""
    renamed = {call["步骤"]: call["新步骤"]}
    by = world.person(call["人"])
    (planned,) = world.engine.migrate([world.case.id], by, "", call["版本"], renamed, dry_run=True)
    open_kinds = {row.kind for row in planned.rows}
    _require(open_kinds >= {"规程", "令牌", "席位", "表单"}, True, f"试算列出{'、'.join(sorted(open_kinds))}")
    _require(all(row.image for row in planned.rows), True, "每一项都有对应")
    (done,) = world.engine.migrate([world.case.id], by, "新版施行", call["版本"], renamed)
    _require(done.migrated, True, "；".join(done.faults))


def deploy_open_vote(world: World, call: Call) -> None:
    """Try to deploy a vote by majority without a rule for an even vote."""
    del call
    old = world.engine.definition("评审")
    first = old.nodes[0]
    assert isinstance(first, Step) and first.countersign is not None, first
    vote = Countersign("评委", None, None, majority=True)
    made = replace(old, version="2", nodes=(replace(first, countersign=vote), *old.nodes[1:]))
    with world.refused():
        world.engine.deploy([made], by=SYSTEM, reason="改版")


def export(world: World, call: Call) -> None:
    """Export all cases."""
    del call
    world.engine.export_bundle(_bundle(world))


def still_verifies(world: World, call: Call) -> None:
    """What was exported before is verified by the stand-alone program."""
    del call
    command = [sys.executable, "engine/verifier.py", str(_bundle(world))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    _require(done.returncode, 0, f"核验程序：{done.stdout}{done.stderr}")


def _bundle(world: World) -> Path:
    store = world.engine.town.store
    assert store.path is not None
    return Path(str(store.path)).with_name("export.zip")


def urge_often(world: World, call: Call) -> None:
    """Urge a step so many times."""
    account = world.person(call["人"])
    item = world.item(call["步骤"], account)
    for number in range(int(call["数"])):
        world.engine.act(item.id, "urge", by=account, key=f"urge-{number}")


def urged(world: World, call: Call) -> None:
    """So many attempts are on record."""
    found = sum(isinstance(event, TaskUrged) for event in world.events_of(world.case.id))
    _require(found, int(call["数"]), "催办的记录")


def by_the_system(world: World, call: Call) -> None:
    """A step was ended by the system itself, by an article."""
    entry = next(
        (
            each
            for each in world.engine.history(world.case.id)
            if any("按规定视为" in said for said in each.sentences)
        ),
        None,
    )
    if entry is None:
        raise Unmet("没有自动办结", world.story())
    _require(entry.actor.account, SYSTEM, "署名")
    _require(call["条款"] in f"{entry.basis}{''.join(entry.sentences)}", True, "依据")


def refused_at_all(world: World, call: Call) -> None:
    """What was tried was refused."""
    del call
    if world.refusal is None:
        raise Unmet("前面没有被拒绝的操作")


def _require(found: object, wanted: object, what: str) -> None:
    if found != wanted:
        raise Unmet(expected(what, wanted, found).said)


RACING = Chapter(
    "只用于试验",
    (
        step('{人}撤回"{规程}"的"{步骤}"与{另一人}办理"{后步}"同时发生', "", "", race_recall),
        step('"{步骤}"由{人}与{另一人}同时提交,意见"{意见}"', "", "", race_votes),
        step('到期处理与{人}办理"{步骤}"同时发生', "", "", race_timer),
        step('"{步骤}"只办结一次', "", "", done_once),
        step('{人}办理"{步骤}"时断电', "", "", power_cut),
        step('部署"{规程}"的新版"{版本}"', "", "", deploy_again),
        step('本案仍按版本"{版本}"办理', "", "", runs_on),
        step('迁移到版本"{版本}"时，"{步骤}"没有对应', "", "", has_no_image),
        step('{人}把本案迁移到版本"{版本}"，"{步骤}"对应"{新步骤}"', "", "", migrate),
        step("部署按多数定而没有写平票的规程", "", "", deploy_open_vote),
        step("导出全部案件", "", "", export),
        step("先前导出的仍能核验", "", "", still_verifies),
        step('{人}催办"{步骤}"{数}次', "", "", urge_often),
        step("催办共记录{数}次", "", "", urged),
        step('"{步骤}"是系统依据"{条款}"办结的', "", "", by_the_system),
        step("系统拒绝", "", "", refused_at_all),
    ),
)
