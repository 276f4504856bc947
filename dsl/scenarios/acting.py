"""Steps in which somebody acts: starts a case, does a step, sends it back, asks for more time."""

from typing import Any

from dsl.scenarios.outcome import Unmet, unknown
from dsl.scenarios.registry import Call, Chapter, action, step
from dsl.scenarios.world import World
from engine.definition import ByForm, Clock, Definition, Extension, Stop
from engine.definition import Step as Task
from engine.edge_refusals import NotFound

DECISION = "延期审批：{}"
"""How the engine names the work item that decides an extension."""


def start(world: World, call: Call) -> None:
    """Start a case and speak of it from now on."""
    account, process = world.person(call["人"]), call["规程"]
    try:
        definition = world.engine.definition(process)
    except NotFound as missing:
        raise unknown("规程", process, (each.name for each in world.engine.definitions())) from missing
    form = world.filler(definition, account).fill(call.table, world.start_forms(definition))
    case = world.engine.start(process, by=account, form=form or None, occurred_at=_occurred(world, call))
    world.speak_of(case.id)


def complete(world: World, call: Call) -> None:
    """Do a work item of a step."""
    account, name = world.person(call["人"]), call["步骤"]
    number = call.get("数")
    item = world.item(name, account, int(number) if number else None)
    form = world.filler(world.definition, account).fill(call.table, world.forms_of(name))
    world.engine.complete(
        item.id,
        by=account,
        form=form or None,
        outcome=call.get("结论"),
        occurred_at=_occurred(world, call),
        note=call.get("意见"),
    )


def _occurred(world: World, call: Call) -> Any:
    said = call.get("时刻")
    return None if said is None else world.moment(said)


def claim(world: World, call: Call) -> None:
    """Take a work item from the pool."""
    _on_item(world, call, "claim")


def release(world: World, call: Call) -> None:
    """Put a work item back into the pool."""
    _on_item(world, call, "release")


def read(world: World, call: Call) -> None:
    """Open a work item."""
    account = world.person(call["人"])
    world.engine.task(world.item(call["步骤"], account).id, by=account)


def send_back(world: World, call: Call) -> None:
    """Return to a step before."""
    _on_item(world, call, "return", to=call["目标"])


def transfer(world: World, call: Call) -> None:
    """Hand a work item over."""
    _on_item(world, call, "transfer", to=world.person(call["另一人"]))


def hand_back(world: World, call: Call) -> None:
    """Give a work item back to who handed it over."""
    _on_item(world, call, "hand_back")


def urge(world: World, call: Call) -> None:
    """Urge those who hold a step."""
    _on_item(world, call, "urge")


def remind(world: World, call: Call) -> None:
    """Have oneself reminded of a work item."""
    _on_item(world, call, "remind", to=world.moment(call["时刻"]).isoformat())


def urge_case(world: World, call: Call) -> None:
    """Urge everybody who holds something of the case."""
    _on_case(world, call, "urge")


def _on_item(world: World, call: Call, operation: str, **more: Any) -> None:
    account = world.person(call["人"])
    item = world.item(call["步骤"], account)
    world.act(item.id, operation, account, reason=call.get("理由"), **more)


def _on_case(world: World, call: Call, operation: str, **more: Any) -> None:
    world.act(
        world.case.id, operation, world.person(call["人"]), table=call.table, reason=call.get("理由"), **more
    )


def recall(world: World, call: Call) -> None:
    """Take one's own latest answer of a step back."""
    account, name = world.person(call["人"]), call["步骤"]
    done = world.engine.inbox(account, tab="done", limit=200).items
    mine = [item for item in done if item.case == world.case.id and item.step == name]
    if not mine:
        raise Unmet(f"{call['人']}没有办理过“{name}”", world.story())
    latest = max(mine, key=lambda item: int(item.id.rpartition("-")[2]))
    world.act(latest.id, "recall", account, reason=call.get("理由"))


def extend(world: World, call: Call) -> None:
    """Apply for more time for a step or a clock."""
    account, name = world.person(call["人"]), call["名称"]
    definition = world.definition
    forms = _extension_forms(definition, name)
    target: str | int = world.case.id
    to: str | None = name
    if _clock(definition, name) is None:
        target, to = world.item(name, account).id, call.get("时长")
    world.act(target, "extend", account, forms=forms, table=call.table, to=to, reason=call.get("理由"))


def decide_extension(world: World, call: Call) -> None:
    """Grant or refuse an extension."""
    account = world.person(call["人"])
    item = world.item(DECISION.format(call["名称"]), account)
    world.engine.complete(item.id, by=account, outcome=call["决定"])


def stop_clock(world: World, call: Call) -> None:
    """Stop a clock by a document."""
    forms = tuple(stop.form for stop in _stops(world, call["名称"]) if stop.form)
    _on_case(world, call, "stop_clock", to=call["名称"], forms=forms)


def resume_clock(world: World, call: Call) -> None:
    """Let a stopped clock run on."""
    forms = tuple(stop.resume_form for stop in _stops(world, call["名称"]) if stop.resume_form)
    _on_case(world, call, "resume", to=call["名称"], forms=forms)


def _stops(world: World, name: str) -> tuple[Stop, ...]:
    clock = _clock(world.definition, name)
    return clock.stops if clock else ()


def _clock(definition: Definition, name: str) -> Clock | None:
    return next((clock for clock in definition.clocks if clock.name == name), None)


def _extension_forms(definition: Definition, name: str) -> tuple[str, ...]:
    clock = _clock(definition, name)
    rungs: tuple[Extension, ...] = clock.extensions if clock else ()
    for node in definition.nodes:
        if isinstance(node, Task) and node.name == name:
            rungs = (*rungs, *node.extensions)
    return tuple(dict.fromkeys(rung.form for rung in rungs if rung.form))


def begin(world: World, call: Call) -> None:
    """Start a handler that may begin at any time."""
    name = call["名称"]
    starts = [handler.start for handler in world.definition.handlers if handler.name == name]
    forms = tuple(start.form for start in starts if isinstance(start, ByForm))
    _on_case(world, call, "begin", to=name, forms=forms)


def correct(world: World, call: Call) -> None:
    """Correct fields of a submitted form."""
    _on_case(world, call, "correct", to=call["表单"], forms=(call["表单"],))


def serve(world: World, call: Call) -> None:
    """Serve an issued document."""
    _on_case(world, call, "serve", to=f"{call['文书']}#{call['对象']}")


def copy(world: World, call: Call) -> None:
    """Let somebody read the case."""
    _on_case(world, call, "copy", to=world.person(call["另一人"]))


_CASE_OPERATIONS = {
    "挂起": "suspend",
    "恢复": "resume",
    "终止": "terminate",
    "作废": "void",
    "撤销": "withdraw",
}


def operate(world: World, call: Call) -> None:
    """Suspend, resume, terminate, void or withdraw the case."""
    _on_case(world, call, _CASE_OPERATIONS[call["操作"]])


def reopen(world: World, call: Call) -> None:
    """Reopen an ended case."""
    starts = [way.start for way in world.definition.reopens]
    forms = tuple(start.form for start in starts if isinstance(start, ByForm))
    _on_case(world, call, "reopen", forms=forms)


def turn_to(world: World, call: Call) -> None:
    """Speak of a case of another process from now on: a linked one, else the latest."""
    process, number = call["规程"], call.get("数")
    cases = world.of_process(process)
    linked = world.linked(process)
    if number is not None:
        cases = tuple(sorted(cases, key=lambda case: case.id))
        if len(cases) < int(number):
            raise Unmet(f"“{process}”只有{len(cases)}件，没有第{number}件", world.story())
        world.speak_of(cases[int(number) - 1].id)
        return
    found = linked[-1:] or cases[-1:]
    if not found:
        raise Unmet(f"没有“{process}”的案件", world.story())
    world.speak_of(found[0].id)


STARTING = Chapter(
    "发起和办理（试图：写在人后面，表示应当被系统拒绝）",
    (
        action(
            '{人}发起"{规程}"[,发生于{时刻}]',
            "发起一件案件，表格写表单内容；发生时间早于登记的，是补录",
            "王芳发起“问题整改”：",
            start,
        ),
        action(
            '{人}办理[第{数}项]"{步骤}"[,结论"{结论}"][,意见"{意见}"][,发生于{时刻}]',
            "办理一步，没有认领的先认领；同一步有几项待办时可写第几项",
            "赵强办理“验收”，结论“合格”：",
            complete,
        ),
        action('{人}认领"{步骤}"', "从岗位待办中认领", "赵强认领“验收”", claim),
        action('{人}放回"{步骤}"', "放回岗位待办", "赵强放回“验收”", release),
        action('{人}打开"{步骤}"', "打开待办（首次打开有记录）", "赵强打开“验收”", read),
    ),
)
OPERATIONS = Chapter(
    "退回、撤回、转办、延期、中止",
    (
        action(
            '{人}把"{步骤}"退回到"{目标}",理由"{理由}"',
            "退回前面的步骤",
            "赵强把“审核方案”退回到“制定方案”，理由“缺附图”",
            send_back,
        ),
        action(
            '{人}撤回"{步骤}"[,理由"{理由}"]',
            "撤回自己刚办完的",
            "赵强撤回“派验收组”，理由“派错了人”",
            recall,
        ),
        action(
            '{人}把"{步骤}"转办给{另一人},理由"{理由}"',
            "转给有同样资格的人",
            "赵强把“审核方案”转办给钱伟，理由“出差”",
            transfer,
        ),
        action(
            '{人}退还"{步骤}",理由"{理由}"',
            "还给转办的人",
            "钱伟退还“审核方案”，理由“不熟悉该企业”",
            hand_back,
        ),
        action(
            '{人}申请"{名称}"延期[{时长}][,理由"{理由}"]',
            "申请步骤或总时限延期",
            "陈总申请“整改实施”延期15个工作日，理由“配件未到”：",
            extend,
        ),
        action(
            '{人}{决定=批准|不批准}"{名称}"的延期',
            "审批延期",
            "赵强不批准“整改实施”的延期",
            decide_extension,
        ),
        action(
            '{人}中止"{名称}"[,理由"{理由}"]',
            "凭文书停止总时限",
            "周敏中止“调查”，理由“技术鉴定”：",
            stop_clock,
        ),
        action(
            '{人}恢复"{名称}"[,理由"{理由}"]',
            "凭文书恢复总时限",
            "周敏恢复“调查”，理由“鉴定完成”：",
            resume_clock,
        ),
        action('{人}启动"{名称}"', "启动随时可办的事项", "赵强启动“提高等级”：", begin),
        action(
            '{人}更正"{表单}",理由"{理由}"',
            "更正已提交的内容",
            "王芳更正“问题登记”，理由“地点写错”：",
            correct,
        ),
        action('{人}送达"{文书}"给{对象}', "登记文书送达", "赵强送达“整改指令书”给陈总", serve),
        action('{人}催办"{步骤}"', "催办一步", "孙丽催办“验收”", urge),
        action(
            '{人}请系统在{时刻}提醒"{步骤}"',
            "设提醒，到时只提醒本人",
            "赵强请系统在2023-04-11 09:00提醒“验收”",
            remind,
        ),
        action("{人}催办本案", "催办全部未办事项", "孙丽催办本案", urge_case),
        action("{人}抄送本案给{另一人}", "抄送", "孙丽抄送本案给周敏", copy),
        action(
            '{人}{操作=挂起|恢复|终止|作废|撤销}本案,理由"{理由}"',
            "挂起、恢复、终止、作废、撤销本案",
            "管理员挂起本案，理由“系统迁移”",
            operate,
        ),
        action('{人}重开本案,理由"{理由}"', "办结后重新打开", "赵强重开本案，理由“问题反弹”：", reopen),
    ),
)
LINKED = Chapter(
    "关联案件",
    (
        step(
            '转到[第{数}件]"{规程}"案件',
            "以下说的是那件案件：先找关联的，再找最近的",
            "转到“跟踪督促”案件",
            turn_to,
        ),
    ),
)
