"""Steps that look: where the case stands, who has it, until when, what was issued, told and recorded."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from dsl.scenarios.outcome import Unmet, expected, unknown
from dsl.scenarios.registry import Call, Chapter, step
from dsl.scenarios.wording import names
from dsl.scenarios.world import SYSTEM, World
from engine.deadlines import ClockState
from engine.definition import Field
from engine.errors import Refusal
from engine.events import TableRead
from engine.labels import Reading
from engine.values import Type, Value
from engine.views import Case, Notice, Option, PlaceView
from engine.visibility import MASK

_CLOCK_WORDS = {
    ClockState.NOT_STARTED: "未起算",
    ClockState.ON_TIME: "正常",
    ClockState.DUE_SOON: "临期",
    ClockState.OVERDUE: "逾期",
    ClockState.STOPPED: "中止",
    ClockState.DONE: "办结",
    ClockState.DONE_LATE: "逾期办结",
    ClockState.UNPROVABLE: "无法证明",
}


def _require(world: World, holds: bool, what: str, wanted: object, found: object) -> None:
    if not holds:
        failure = expected(what, wanted, found)
        raise Unmet(failure.said, world.story())


def _listed(texts: Iterable[str]) -> str:
    return "、".join(f"“{text}”" for text in texts) or "（没有）"


# ---- refusals


def was_refused(world: World, call: Call) -> None:
    """The engine refused what was tried last, for a reason that contains a text."""
    refusal = _refusal(world)
    said = "；".join(each.rstrip("。") for each in (refusal.text, refusal.hint, refusal.article) if each)
    _require(world, call["文字"] in said, "系统拒绝的理由不对", f"含“{call['文字']}”", said)


def was_refused_with(world: World, call: Call) -> None:
    """The engine refused with a code."""
    refusal = _refusal(world)
    _require(
        world, refusal.code == call["代码"], f"系统拒绝的代码不对：{refusal.text}", call["代码"], refusal.code
    )


def _refusal(world: World) -> Refusal:
    if world.refusal is None:
        raise Unmet("前面没有被拒绝的操作，请在人后面写“试图”")
    return world.refusal


# ---- where


def stands_at(world: World, call: Call) -> None:
    """The case stands at exactly these steps."""
    _stands(world, world.case, names(call["名单"]))


def _stands(world: World, case: Case, wanted: Sequence[str]) -> None:
    found = case.steps
    shown = _listed(found) if found else f"（{case.status_text}）"
    _require(
        world,
        sorted(set(found)) == sorted(set(wanted)),
        f"{case.number}停在的步骤不对",
        _listed(wanted),
        shown,
    )


def had_outcome(world: World, call: Call) -> None:
    """A step was done with this outcome."""
    found = _place(world, call["步骤"]).outcome or "（没有结论）"
    _require(world, found == call["结论"], f"“{call['步骤']}”的结论", call["结论"], found)


def was_done_by(world: World, call: Call) -> None:
    """A step was done by exactly these people."""
    wanted = {world.directory.name(world.person(name)) for name in names(call["名单"])}
    found = set(_place(world, call["步骤"]).by)
    _require(world, found == wanted, f"“{call['步骤']}”的办理人", call["名单"], _listed(sorted(found)))


def _place(world: World, step: str) -> PlaceView:
    found = next((place for place in world.case.places if place.name == step), None)
    if found is None:
        raise unknown("步骤", step, (place.name for place in world.case.places))
    return found


def has_status(world: World, call: Call) -> None:
    """The case as a whole is finished, open, terminated …"""
    _status(world, world.case, call["状态"])


def _status(world: World, case: Case, wanted: str) -> None:
    found = case.status_text
    where = f"{found}，停在{_listed(case.steps)}" if case.steps else found
    failing = [name for name, holds in case.gates if not holds]
    if failing and wanted == "办结":
        where += f"，办结条件未满足{_listed(failing)}"
    _require(world, found == wanted, f"{case.number}的状态不对", wanted, where)


def has_number(world: World, call: Call) -> None:
    """The case has this number."""
    _require(world, world.case.number == call["编号"], "案件编号不对", call["编号"], world.case.number)


# ---- who


def has_work(world: World, call: Call) -> None:
    """A person has, or may claim, a work item of a step."""
    found = _work(world, call)
    _require(world, call["步骤"] in found, f"{call['人']}的待办不对", f"有“{call['步骤']}”", _listed(found))


def has_no_work(world: World, call: Call) -> None:
    """A person neither has nor may claim a work item of a step."""
    found = _work(world, call)
    _require(
        world, call["步骤"] not in found, f"{call['人']}的待办不对", f"没有“{call['步骤']}”", _listed(found)
    )


def _work(world: World, call: Call) -> list[str]:
    account, case = world.person(call["人"]), world.case.id
    items = [
        item for tab in ("todo", "claim") for item in world.engine.inbox(account, tab=tab, limit=200).items
    ]
    return list(dict.fromkeys(item.step for item in items if item.case == case))


def is_held(world: World, call: Call) -> None:
    """A step is in the hands of a person."""
    holders = [item.holder for item in world.items(call["步骤"]) if item.holder]
    found = [holder.name for holder in holders]
    account = world.person(call["人"])
    _require(
        world,
        account in [holder.account for holder in holders],
        f"“{call['步骤']}”的办理人不对",
        call["人"],
        _listed(found),
    )


def is_offered(world: World, call: Call) -> None:
    """A step is offered to a role."""
    found = [item.role for item in world.items(call["步骤"])]
    offered = {role for roles in found for role in roles.split("或")}
    _require(
        world, call["角色"] in offered, f"“{call['步骤']}”的承办不对", f"“{call['角色']}”", _listed(found)
    )


def has_round(world: World, call: Call) -> None:
    """A step is done for the nth time."""
    found = [item.round for item in world.items(call["步骤"])]
    shown = "、".join(f"第{each}轮" for each in found) or "（没有在办）"
    _require(world, int(call["数"]) in found, f"“{call['步骤']}”的轮次不对", f"第{call['数']}轮", shown)


def may(world: World, call: Call) -> None:
    """An operation is open to a person."""
    option = _option(world, call)
    said = "没有这项操作" if option is None else option.reason
    _require(
        world,
        option is not None and option.allowed,
        f"{call['人']}可办的操作不对",
        f"可以{call['操作']}",
        said,
    )


def may_not(world: World, call: Call) -> None:
    """An operation is closed to a person, for a reason that contains a text."""
    option, wanted = _option(world, call), call.get("文字")
    if option is None and wanted is None:
        return
    said = (
        "没有这项操作"
        if option is None
        else "可以办"
        if option.allowed
        else f"{option.reason}；{option.hint}；{option.article}"
    )
    holds = option is not None and not option.allowed and (wanted or "") in said
    _require(world, holds, f"{call['人']}可办的操作不对", f"不能{call['操作']}，因为“{wanted or ''}”", said)


def _option(world: World, call: Call) -> Option | None:
    account, name = world.person(call["人"]), call.get("步骤")
    target = world.case.id if name is None else world.item(name, account).id
    options = world.engine.options(target, by=account)
    return next((option for option in options if option.label == call["操作"]), None)


def cannot_see(world: World, call: Call) -> None:
    """The case is outside what a person may know."""
    try:
        world.engine.case(world.case.id, by=world.person(call["人"]))
    except Refusal as refusal:
        world.refusal = refusal
        return
    raise Unmet(f"{call['人']}不应看到本案，却能打开", world.story())


def can_see(world: World, call: Call) -> None:
    """The case is within what a person may know."""
    world.engine.case(world.case.id, by=world.person(call["人"]))


def field_is_masked(world: World, call: Call) -> None:
    """A confidential field is hidden from a person."""
    forms = world.engine.case(world.case.id, by=world.person(call["人"])).forms
    found = forms.get(call["表单"], {}).get(call["字段"])
    _require(world, found == MASK, f"{call['人']}看到的“{call['字段']}”不对", MASK, found)


# ---- until when


def is_due(world: World, call: Call) -> None:
    """The limit of a step or clock ends on a day, or at a moment."""
    clock, said = world.clock_of(call["名称"]), call["时刻"]
    what = f"“{call['名称']}”的期限不对（{clock.explanation}）"
    if clock.due is None:
        _require(world, False, what, said, clock.text)
        return
    if world.reckoning.names_hour(said):
        wanted, found = world.end_of(world.moment(said)), world.end_of(clock.due)
        _require(world, found == wanted, what, wanted, found)
        return
    last = (clock.due - timedelta(microseconds=1)).astimezone(world.engine.zone).date()
    _require(world, last == world.reckoning.day(said), what, world.reckoning.day(said) or said, last)


def is_explained(world: World, call: Call) -> None:
    """The computation of a limit says a text."""
    found = world.clock_of(call["名称"]).explanation
    _require(world, call["文字"] in found, f"“{call['名称']}”的期限说明不对", f"含“{call['文字']}”", found)


def is_unprovable(world: World, call: Call) -> None:
    """It cannot be proved whether a limit was kept."""
    clock = world.clock_of(call["名称"])
    _require(
        world,
        clock.state is ClockState.UNPROVABLE,
        f"“{call['名称']}”的期限不对",
        "无法证明",
        clock.explanation,
    )


def has_clock_word(world: World, call: Call) -> None:
    """A limit is on time, due soon, overdue …"""
    found = _CLOCK_WORDS[world.clock_of(call["名称"]).state]
    _require(world, found == call["词"], f"“{call['名称']}”的期限状态不对", call["词"], found)


def has_no_limit(world: World, call: Call) -> None:
    """An open step has no limit."""
    found = [item.clock.text for item in world.items(call["步骤"]) if item.clock is not None]
    _require(world, not found, f"“{call['步骤']}”的期限不对", "没有期限", _listed(found))


# ---- told, issued, recorded


def was_told(world: World, call: Call) -> None:
    """A person got a kind of message, exactly so many times in this case."""
    _told(world, call, [each for each in _notices(world, call) if each.kind == call["种类"]])


def was_told_text(world: World, call: Call) -> None:
    """A person got messages with a text, exactly so many times in this case."""
    _told(world, call, [each for each in _notices(world, call) if call["文字"] in each.text])


def _told(world: World, call: Call, found: Sequence[Notice]) -> None:
    wanted = int(call.get("数") or 0)
    what = call.get("种类") or f"含“{call.get('文字')}”的消息"
    everything = "；".join(f"{each.kind}：{each.text}" for each in _notices(world, call))
    _require(
        world,
        len(found) == wanted,
        f"{call['人']}收到“{what}”的次数不对",
        f"{wanted}次",
        f"{len(found)}次；收到的全部消息：{everything or '没有'}",
    )


def _notices(world: World, call: Call) -> list[Notice]:
    account, case = world.person(call["人"]), world.case.id
    return [notice for notice in world.engine.notices(account) if notice.case == case]


def was_issued(world: World, call: Call) -> None:
    """A document was issued, with a number."""
    documents = [each for each in world.case.documents if each.name == call["文书"]]
    shown = _listed(f"{each.name}{each.number}" for each in world.case.documents)
    _require(world, bool(documents), "出具的文书不对", f"《{call['文书']}》", shown)
    number = call.get("文号")
    if number is not None:
        _require(world, number in [each.number for each in documents], "文号不对", number, shown)


def were_issued(world: World, call: Call) -> None:
    """A document was issued exactly so many times."""
    found = [each.number for each in world.case.documents if each.name == call["文书"]]
    _require(
        world, len(found) == int(call["数"]), f"出具《{call['文书']}》的份数不对", call["数"], _listed(found)
    )


def was_not_issued(world: World, call: Call) -> None:
    """A document was never issued."""
    found = [each.number for each in world.case.documents if each.name == call["文书"]]
    _require(world, not found, f"不应出具《{call['文书']}》", "没有", _listed(found))


def gates_fail(world: World, call: Call) -> None:
    """Exactly these closing conditions do not hold."""
    wanted = set(names(call["名单"]))
    found = [name for name, holds in world.case.gates if not holds]
    _require(world, set(found) == wanted, "未满足的办结条件不对", _listed(wanted), _listed(found))


def gates_hold(world: World, _: Call) -> None:
    """Every closing condition holds."""
    found = [name for name, holds in world.case.gates if not holds]
    _require(world, not found, "办结条件应全部满足", "没有未满足的", _listed(found))


def gate_is(world: World, call: Call) -> None:
    """One closing condition holds, or not yet."""
    gates = dict(world.case.gates)
    name, wanted = call["条件"], call["是否"]
    if name not in gates:
        raise unknown("办结条件", name, gates)
    found = "已满足" if gates[name] else "未满足"
    _require(world, found == wanted, f"办结条件“{name}”不对", wanted, found)


def is_recorded(world: World, call: Call) -> None:
    """The history has a sentence with a text; exactly so many, when a number is given."""
    found = [sentence for sentence in world.sentences() if call["文字"] in sentence]
    number = call.get("数")
    holds = bool(found) if number is None else len(found) == int(number)
    wanted = f"含“{call['文字']}”" + (f"{number}次" if number else "")
    _require(world, holds, "办理记录不对", wanted, f"{len(found)}次")


def is_not_recorded(world: World, call: Call) -> None:
    """The history has no sentence with a text."""
    found = [sentence for sentence in world.sentences() if call["文字"] in sentence]
    _require(world, not found, "办理记录不对", f"不含“{call['文字']}”", _listed(found))


def row_decided(world: World, call: Call) -> None:
    """A row of a decision table decided, the last time it was read."""
    table = call["判定表"]
    events = world.events_of(world.case.id)
    read = [event for event in events if isinstance(event, TableRead) and event.table == table]
    found = read[-1].rows if read else ()
    shown = "、".join(f"第{row}行" for row in found) or "没有用过这张表"
    _require(world, int(call["数"]) in found, f"判定表“{table}”所依据的行不对", f"第{call['数']}行", shown)


def field_is(world: World, call: Call) -> None:
    """A field of the latest submission has a value."""
    form, name = call["表单"], call["字段"]
    declared = {
        (each.name, field.name): field.type for each in world.definition.forms for field in each.fields
    }
    if (form, name) not in declared:
        forms = [each.name for each in world.definition.forms]
        if form not in forms:
            raise unknown("表单", form, forms)
        raise unknown(f"《{form}》里的字段", name, (field for each, field in declared if each == form))
    found = world.case.forms.get(form, {}).get(name)
    _is(world, f"“{form}”的“{name}”", declared[form, name], found, call["值"])


def data_is(world: World, call: Call) -> None:
    """Process data has a value."""
    name = call["数据"]
    types: dict[str, Type] = {data.name: data.type for data in world.definition.data}
    if name not in types:
        raise unknown("案件数据", name, types)
    _is(world, f"案件数据“{name}”", types[name], world.case.data.get(name), call["值"])


def _is(world: World, what: str, declared: Type, found: Value, wanted: str) -> None:
    meant = world.filler(world.definition, SYSTEM).value(Field(what, declared), wanted)
    shown = Reading(world.directory, world.engine.zone).text(found, declared)
    holds = wanted == shown or (found is None and meant is None) or (found is not None and meant == found)
    _require(world, holds, f"{what}不对", wanted, shown)


def is_verified(world: World, _: Call) -> None:
    """The chains of all cases verify."""
    found = world.engine.verify()
    _require(world, found.ok, "记录链核验不通过", "一致", f"从{found.break_at}起不一致")


# ---- links


def is_linked(world: World, call: Call) -> None:
    """The case is linked to exactly so many cases of a process."""
    found = world.linked(call["规程"])
    shown = _listed(case.number for case in found)
    _require(world, len(found) == int(call["数"]), f"关联的“{call['规程']}”件数不对", call["数"], shown)


def is_not_linked(world: World, call: Call) -> None:
    """The case is not linked to any case of a process."""
    found = world.linked(call["规程"])
    _require(world, not found, f"不应关联“{call['规程']}”", "没有", _listed(case.number for case in found))


def linked_stands(world: World, call: Call) -> None:
    """The latest linked case of a process stands at exactly these steps."""
    _stands(world, _linked(world, call), names(call["名单"]))


def linked_status(world: World, call: Call) -> None:
    """The latest linked case of a process has a status."""
    _status(world, _linked(world, call), call["状态"])


def _linked(world: World, call: Call) -> Case:
    found = world.linked(call["规程"])
    if not found:
        raise Unmet(f"没有关联“{call['规程']}”", world.story())
    return found[-1]


REFUSALS = Chapter(
    "拒绝",
    (
        step(
            '系统拒绝,理由含"{文字}"',
            "前面“试图”的操作被拒绝，理由、办法或依据含这些字",
            "系统拒绝，理由含“回避”",
            was_refused,
        ),
        step(
            "系统拒绝,代码{代码}", "前面“试图”的操作被拒绝，代码是它", "系统拒绝，代码E104", was_refused_with
        ),
    ),
)
STANDING = Chapter(
    "案件在哪里、归谁办",
    (
        step("案件停在{名单}", "正好停在这些步骤", "案件停在“提交双报告”、“现场管控”", stands_at),
        step('"{步骤}"的结论是"{结论}"', "最近一次办理的结论", "“评审”的结论是“通过”", had_outcome),
        step(
            '"{步骤}"的办理人是{名单}',
            "办理和签署的人，代办人也在内",
            "“审核”的办理人是“李科”、“王芳”",
            was_done_by,
        ),
        step('案件状态是"{状态}"', "办理中、挂起、办结、撤销、终止、作废", "案件状态是“办结”", has_status),
        step('案件编号是"{编号}"', "编号", "案件编号是“润问〔2023〕1号”", has_number),
        step('{人}的待办有"{步骤}"', "在他的待办或待认领里", "赵强的待办有“验收”", has_work),
        step('{人}的待办没有"{步骤}"', "不在他的待办和待认领里", "陈总的待办没有“验收”", has_no_work),
        step('"{步骤}"由{人}办理', "在他手上", "“审核方案”由钱伟办理", is_held),
        step('"{步骤}"的承办是"{角色}"', "分派给这个岗位", "“定级”的承办是“安委办”", is_offered),
        step('"{步骤}"是第{数}轮', "第几次办这一步", "“整改实施”是第2轮", has_round),
        step(
            '{人}可以"{操作}"["{步骤}"]',
            "页面上可办的操作，不写步骤指对全案",
            "赵强可以“退回”“审核方案”",
            may,
        ),
        step(
            '{人}不能"{操作}"["{步骤}"][,因为"{文字}"]',
            "不可办的操作和原因",
            "陈总不能“撤销”，因为“定级”",
            may_not,
        ),
        step("{人}看得到本案", "在知悉范围内", "周敏看得到本案", can_see),
        step("{人}看不到本案", "不在知悉范围内", "王芳看不到本案", cannot_see),
        step(
            '{人}看不到"{表单}"的"{字段}"',
            "保密字段对他遮盖",
            "王芳看不到“举报单”的“举报人”",
            field_is_masked,
        ),
    ),
)
LIMITS = Chapter(
    "期限（步骤的，或总时限的）",
    (
        step('"{名称}"的期限是{时刻}', "到期日；写了几点就按那一刻", "“定级”的期限是 2023-04-12", is_due),
        step('"{名称}"的期限说明含"{文字}"', "怎样算出来的", "“定级”的期限说明含“2个工作日”", is_explained),
        step('"{名称}"的期限无法证明', "起算时间没有登记", "“提交报告”的期限无法证明", is_unprovable),
        step(
            '"{名称}"的期限状态是"{词}"',
            "未起算、正常、临期、逾期、中止、办结、逾期办结、无法证明",
            "“整改实施”的期限状态是“逾期”",
            has_clock_word,
        ),
        step('"{步骤}"没有期限', "这一步不限时", "“归档”没有期限", has_no_limit),
    ),
)
RECORDS = Chapter(
    "消息、文书、办结条件、记录",
    (
        step(
            '{人}[恰好]收到"{种类}"[恰好]{数}次',
            "本案中正好几次；种类：催办、通知、提醒、升级、抄送",
            "赵强收到“升级”恰好1次",
            was_told,
        ),
        step('{人}没有收到"{种类}"', "本案中一次也没有", "赵强没有收到“升级”", was_told),
        step(
            '{人}[恰好]收到含"{文字}"的消息[恰好]{数}次',
            "本案中正好几次",
            "周敏收到含“红牌”的消息1次",
            was_told_text,
        ),
        step('{人}没有收到含"{文字}"的消息', "本案中一次也没有", "周敏没有收到含“红牌”的消息", was_told_text),
        step(
            '出具了"{文书}"[,文号"{文号}"]',
            "文书已出具",
            "出具了“销号表”，文号“润问销〔2023〕1号”",
            was_issued,
        ),
        step('出具了{数}份"{文书}"', "正好几份", "出具了2份“整改指令书”", were_issued),
        step('没有出具"{文书}"', "一份也没有", "没有出具“销号表”", was_not_issued),
        step(
            "办结条件未满足{名单}", "正好是这些未满足", "办结条件未满足“验收合格”、“销号已批准”", gates_fail
        ),
        step("办结条件全部满足", "没有未满足的", "办结条件全部满足", gates_hold),
        step('办结条件"{条件}"{是否=已满足|未满足}', "一个条件", "办结条件“验收合格”已满足", gate_is),
        step(
            '办理记录含"{文字}"[{数}次]',
            "办理记录里有；写了次数就正好几次",
            "办理记录含“红牌通报”1次",
            is_recorded,
        ),
        step('办理记录不含"{文字}"', "办理记录里没有", "办理记录不含“停产”", is_not_recorded),
        step(
            '判定表"{判定表}"依据第{数}行', "最近一次由这一行决定", "判定表“问题分级”依据第1行", row_decided
        ),
        step('"{表单}"的"{字段}"是"{值}"', "最近一次填写的值", "“问题登记”的“地点”是“储罐区”", field_is),
        step('案件数据"{数据}"是"{值}"', "系统认定的值", "案件数据“等级”是“重大”", data_is),
        step("记录链核验通过", "全部案件的记录链一致", "记录链核验通过", is_verified),
    ),
)
LINKS = Chapter(
    "关联案件的情况",
    (
        step('关联了{数}件"{规程}"', "正好几件", "关联了1件“跟踪督促”", is_linked),
        step('没有关联"{规程}"', "一件也没有", "没有关联“罚款”", is_not_linked),
        step('关联的"{规程}"停在{名单}', "最近一件停在哪里", "关联的“问题整改”停在“整改实施”", linked_stands),
        step('关联的"{规程}"状态是"{状态}"', "最近一件的状态", "关联的“问题整改”状态是“办结”", linked_status),
    ),
)
