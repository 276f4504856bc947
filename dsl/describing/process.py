"""A whole definition as numbered Chinese prose, section by section."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dsl.describing import data
from dsl.describing.actions import acts, chain, roles
from dsl.describing.expressions import said
from dsl.describing.limits import COUNTING, anchor, cited, clock, deadline, extension, overdue, reminder
from dsl.describing.people import performers
from dsl.numerals import write_chinese
from engine.deadline_text import citation_text, span_text
from engine.definition import (
    Abstention,
    Actions,
    BackPolicy,
    Block,
    Branch,
    ByCondition,
    ByEvent,
    ByForm,
    ByHand,
    ByPeriod,
    ByRecurrence,
    Check,
    Citation,
    Constraint,
    Countersign,
    Definition,
    Document,
    Exclusive,
    Gateway,
    GatewayKind,
    Precedence,
    Recusal,
    Region,
    Response,
    Secrecy,
    StartBy,
    Step,
    Wait,
)
from engine.recurrence import period_text, window_text

_SECRECY = {Secrecy.PUBLIC: "公开", Secrecy.INTERNAL: "内部", Secrecy.CONFIDENTIAL: "保密"}
_ON_BACK = {
    BackPolicy.WITHDRAW_ALL: "",
    BackPolicy.SUSPEND: "从中退回时，其余各支先停下，以后接着办。",
    BackPolicy.FORBID: "其中不能退回到外面的步骤。",
}
_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section of the prose: its numbered heading, and its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


def describe(definition: Definition) -> str:
    """Turn a definition into prose: how it starts, who does what by when, what follows, conditions, papers, law."""
    version = f"（版本 {definition.version}）" if definition.version else ""
    parts = [f"{definition.name}{version}"]
    parts += ["\n".join((each.heading, *each.paragraphs)) for each in chapters(definition)]
    return "\n\n".join(parts) + "\n"


def chapters(definition: Definition) -> tuple[Chapter, ...]:
    """Return the prose of a definition section by section; those with nothing to say are left out."""
    sections = [(title, tuple(lines)) for title, lines in _sections(definition)]
    written = [(title, lines) for title, lines in sections if lines]
    return tuple(
        Chapter(f"{_NUMERALS[number]}、{title}", lines) for number, (title, lines) in enumerate(written)
    )


def _sections(definition: Definition) -> Iterator[tuple[str, Iterable[str]]]:
    yield "依据", _basis(definition.basis)
    yield "怎样开始", (_start(each, definition) for each in definition.starts)
    yield "办理步骤", (f"（{COUNTING}）", *_region(definition.regions[0], definition, ""))
    yield "随时可以办理", _handlers(definition)
    yield "总时限", (clock(each, definition) for each in definition.clocks)
    yield "必须遵守的先后", (_constraint(each, definition) for each in definition.constraints)
    yield (
        "办结条件",
        (
            f"{each.name}：{said(each.condition, definition)}{cited(each.basis)}。"
            for each in definition.gates
        ),
    )
    yield "撤销与重开", _ends(definition)
    yield "表单", (data.form(each, definition) for each in definition.forms)
    yield "判定表", (line for each in definition.tables for line in data.table(each, definition))
    yield "文书", (_document(each, definition) for each in definition.documents)
    yield "台账", (data.register(each, definition) for each in definition.registers)
    yield "谁可以看", _access(definition)


def _basis(basis: tuple[Citation, ...]) -> Iterator[str]:
    if basis:
        yield "、".join(citation_text(each) for each in basis) + "。"


def _start(start: StartBy, definition: Definition, begins: str = "立案") -> str:
    """Say how a case or handler begins; `begins` is what submitting a form does."""
    when = getattr(start, "when", None)
    condition = "" if when is None else f"，条件是{said(when, definition)}"
    match start:
        case ByForm(form, people):
            who = performers(people, definition) if people else "任何工作人员"
            return f"{who}填写“{form}”后{begins}{condition}。"
        case ByHand(people):
            return f"{performers(people, definition) if people else '任何工作人员'}可以直接启动{condition}。"
        case ByEvent(event, form=form):
            into = f"，带来的内容记入“{form}”" if form else ""
            return f"收到“{event}”时自动启动{into}{condition}。"
        case ByCondition(condition_itself):
            return f"{said(condition_itself, definition)}时自动启动。"
        case ByPeriod(period):
            return f"每{said(period, definition).removeprefix('1')}启动一次{condition}。"
        case ByRecurrence():
            return _recurring(start)


def _recurring(start: ByRecurrence) -> str:
    """Say how often a duty is owed, and by whom."""
    window = window_text(start.recurrence)
    season = f"（{window}）" if window else ""
    whose = f"，每个“{start.each}”一件" if start.each else "，全镇一件"
    local = "，是本镇定的" if start.local else ""
    share = "" if start.share is None else f"；按期完成的抽查{_percent(*start.share)}"
    return f"{period_text(start.recurrence)}{season}{whose}{local}{share}。"


def _percent(numerator: int, denominator: int) -> str:
    return f"{numerator * 100 / denominator:g}%"


# ---- the flow


def _region(region: Region, definition: Definition, prefix: str) -> Iterator[str]:
    """Number the nodes of a region: 1., 2.1., 2.2.1. …"""
    for number, node in enumerate(region.nodes, 1):
        where = f"{prefix}{number}"
        last = number == len(region.nodes)
        each = definition.nodes[node]
        match each:
            case Step():
                yield f"{where}. {each.name}。{_sentences(_step(each, definition, last))}"
            case Wait():
                yield f"{where}. {each.name}。{_sentences(_wait(each, definition))}"
            case Block():
                yield from _block(each, definition, where)
            case Gateway():
                yield f"{where}. {each.name}。{_sentences(_gateway(each, definition))}"


def _sentences(parts: Iterable[str]) -> str:
    return "".join(f"{part}。" for part in parts if part)


def _step(step: Step, definition: Definition, last: bool) -> Iterator[str]:
    if step.skip_unless is not None:
        yield f"{said(step.skip_unless, definition)}时才办，否则跳过"
    yield _who(step, definition)
    if step.power is not None:
        yield f"须有“{step.power.power}”；没有的，{acts(step.power.otherwise, definition)}"
    yield from _conditions("开始前须", step.requires, definition)
    yield _recusals(step.recusals, definition)
    yield _work(step, definition)
    if step.countersign is not None:
        yield _countersign(step.countersign, definition)
    if step.outcomes and step.countersign is None:
        yield f"结论从{'、'.join(f'“{each}”' for each in step.outcomes)}中选一个"
    yield from _conditions("提交时须", step.verifies, definition)
    yield _set(step, definition)
    if step.deadlines:
        yield "时限：" + "；".join(deadline(each, definition) for each in step.deadlines)
    yield from (extension(each, definition) for each in step.extensions)
    yield "，".join(reminder(each) for each in step.reminders)
    yield from (overdue(each, definition) for each in step.overdue)
    yield from _after(step, definition, last)
    if step.irrevocable:
        yield "办完以后不能撤回，也不能退回到这一步以前"
    if step.undo is not None:
        yield f"案件撤销时，{acts(step.undo, definition)}"
    yield f"依据{'、'.join(citation_text(each) for each in step.basis)}" if step.basis else ""


def _who(step: Step, definition: Definition) -> str:
    who = performers(step.performers, definition)
    helpers = f"，{performers(step.assistants, definition)}协助" if step.assistants else ""
    if step.external:
        registrar = f"，由{performers(step.entered_by, definition)}登记结果" if step.entered_by else ""
        proof = f"（凭{'、'.join(f'“{each}”' for each in step.proof)}）" if step.proof else ""
        return f"由{who}办理（本镇以外的机关）{registrar}{proof}"
    return f"由{who}办理{helpers}" if who else ""


def _work(step: Step, definition: Definition) -> str:
    parts = []
    if step.shows:
        parts.append(f"查看{'、'.join(said(each, definition) for each in step.shows)}")
    if step.fills:
        parts.append(f"填写{'、'.join(f'“{each}”' for each in step.fills)}")
    if step.issues:
        parts.append(f"出具{'、'.join(f'“{each}”' for each in step.issues)}")
    return "，".join(parts)


def _set(node: Step | Wait, definition: Definition) -> str:
    """Say what is drawn by lot when the node is reached, and what it writes down when it is done."""
    drawn = [
        f"到这一步时从{each.role}中抽取{each.count}人，填入{said(each.field, definition)}"
        for each in (node.draws if isinstance(node, Step) else ())
    ]
    written = [f"办完时{acts(Actions(node.sets), definition)}"] if node.sets else []
    return "；".join([*drawn, *written])


def _countersign(line: Countersign, definition: Definition) -> str:
    whom = f"每一名{line.role}" if line.each is None else f"{said(line.each, definition)}中的每一人"
    share = "全部同意" if line.quorum is None else _share(line.quorum)
    if line.majority:
        even = "" if line.tie is None else f"（票数相等时{'通过' if line.tie else '不通过'}）"
        share = f"同意的多于不同意的{even}"
    if line.any_one:
        return f"由{whom}中任一人签署，以最先签署的为准"
    parts = [f"由{whom}{'依次' if line.in_turn else ''}会签，{share}为通过"]
    parts += ["一人不同意即不通过"] if line.veto else []
    parts += ["可以弃权"] if line.abstention is Abstention.COUNTED else []
    parts += ["可以弃权，弃权的不计入应到人数"] if line.abstention is Abstention.EXCLUDED else []
    parts += ["也可以签退回"] if line.returns else []
    parts += ["结果已定即提前结束"] if line.early else []
    return "，".join(parts)


def _share(quorum: tuple[int, int]) -> str:
    part, whole = quorum
    return f"同意的达到{write_chinese(whole)}分之{write_chinese(part)}"


def _conditions(before: str, checks: Iterable[Check], definition: Definition) -> Iterator[str]:
    for check in checks:
        note = f"（{check.message}）" if check.message else ""
        yield f"{before}{said(check.condition, definition)}{note}"


def _recusals(recusals: tuple[Recusal, ...], definition: Definition) -> str:
    steps = [f"“{definition.nodes[each.node].name}”" for each in recusals if each.node is not None]
    parties = [said(each.party, definition) for each in recusals if each.party is not None]
    parts = [f"办过{'、'.join(steps)}的人"] if steps else []
    parts += [f"{'、'.join(parties)}（单位的，其人员）"] if parties else []
    return f"{'，以及'.join(parts)}回避" if parts else ""


def _after(node: Step | Wait, definition: Definition, last: bool) -> Iterator[str]:
    for arms in node.routes:
        goes_on = not last and node.after is None and all(arm.condition is not None for arm in arms)
        yield f"办完后，{chain(arms, definition)}{'；其他情况下，接着办下一步' if goes_on else ''}"
    if node.after is not None:
        yield f"办完后，{acts(node.after, definition)}"
    elif last and not node.routes:
        yield "办完后，案件办结" if node.region == 0 else "办完后，这一段结束"


def _wait(wait: Wait, definition: Definition) -> Iterator[str]:
    if wait.skip_unless is not None:
        yield f"{said(wait.skip_unless, definition)}时才等，否则跳过"
    if wait.condition is not None:
        yield f"等到{said(wait.condition, definition)}"
    if wait.event is not None:
        yield f"等到收到“{wait.event}”"
    if wait.span is not None:
        yield f"{anchor(wait.anchor, definition)}起等满{said(wait.span, definition)}"
    yield _set(wait, definition)
    if wait.deadlines:
        yield "时限：" + "；".join(deadline(each, definition) for each in wait.deadlines)
    yield from (overdue(each, definition) for each in wait.overdue)
    yield from _after(wait, definition, last=False)
    yield f"依据{'、'.join(citation_text(each) for each in wait.basis)}" if wait.basis else ""


def _gateway(gateway: Gateway, definition: Definition) -> Iterator[str]:
    targets = "、".join(f"“{definition.nodes[flow.target].name}”" for flow in gateway.flows)
    match gateway.kind:
        case GatewayKind.XOR:
            yield from (chain(arms, definition) for arms in gateway.routes)
        case GatewayKind.AND:
            yield f"通到这里的都到齐后，同时开始{targets}" if targets else "通到这里的都到齐后结束"


def _block(block: Block, definition: Definition, where: str) -> Iterator[str]:
    until = "都办完" if block.first is None else f"有{block.first}支办完"
    until = until if block.share is None else f"有{block.share[1]}分之{block.share[0]}办完"
    rest = "，其余的收回" if block.cancel_rest else ""
    yield f"{where}. {block.name}。以下{len(block.branches)}支同时办理，{until}后继续{rest}。{_ON_BACK[block.on_back]}"
    for number, branch in enumerate(block.branches, 1):
        yield f"{where}.{number}. “{branch.name}”{_opening(branch, definition)}："
        yield from _region(definition.regions[branch.region], definition, f"{where}.{number}.")
    for arms in block.routes:
        yield f"“{block.name}”汇合后，{chain(arms, definition)}。"
    if block.after is not None:
        yield f"“{block.name}”汇合后，{acts(block.after, definition)}。"


def _opening(branch: Branch, definition: Definition) -> str:
    parts = []
    if branch.each is not None:
        more = "，进行中可以增加" if branch.growing else ""
        parts.append(f"就{said(branch.each, definition)}每一项各开一支{more}")
    if branch.guard is not None:
        parts.append(f"{said(branch.guard, definition)}时才开")
    return f"（{'；'.join(parts)}）" if parts else ""


def _handlers(definition: Definition) -> Iterator[str]:
    for handler in definition.handlers:
        places = [definition.nodes[each].name for each in handler.scope]
        during = f"停留在{'、'.join(f'“{each}”' for each in places)}期间，" if places else ""
        persists = "离开以后也要办完。" if handler.persists else ""
        yield f"{handler.name}：{during}{_start(handler.start, definition, '启动')}{persists}{cited(handler.basis)}"
        yield from (f"　{line}" for line in _region(definition.regions[handler.region], definition, ""))


# ---- around the flow


def _constraint(constraint: Constraint, definition: Definition) -> str:
    names = [node.name for node in definition.nodes]
    match constraint:
        case Precedence(first, then, when):
            given = "" if when is None else f"（{said(when, definition)}时）"
            return f"没有办完“{names[first]}”，不得办“{names[then]}”{given}。"
        case Response(first, then, span, when):
            within = "" if span is None else f"在{span_text(span)}内"
            given = "" if when is None else f"（{said(when, definition)}时）"
            return f"办了“{names[first]}”，以后必须{within}办“{names[then]}”{given}。"
        case Exclusive(nodes):
            return f"{'、'.join(f'“{names[each]}”' for each in nodes)}不能同时进行。"


def _ends(definition: Definition) -> Iterator[str]:
    for cancel in definition.cancels:
        when = "" if cancel.when is None else f"在{said(cancel.when, definition)}时"
        yield f"{performers(cancel.performers, definition)}可以{when}撤销案件：{acts(cancel.actions, definition)}。"
    for reopen in definition.reopens:
        yield f"办结以后重开：{_start(reopen.start, definition, '启动').rstrip('。')}，{acts(reopen.actions, definition)}。"


def _document(document: Document, definition: Definition) -> str:
    parts = [f"“{document.name}”（{_SECRECY[document.secrecy]}）"]
    if document.numbering:
        parts.append(f"文号“{document.numbering}”")
    if document.reviewed_by:
        parts.append(f"由{performers(document.reviewed_by, definition)}核稿")
    if document.cosigned_by:
        parts.append(f"经{roles(tuple(each.role for each in document.cosigned_by))}会签")
    if document.signed_by:
        parts.append(f"由{performers(document.signed_by, definition)}签发")
    if document.served_on:
        within = "" if document.service_span is None else f"，{span_text(document.service_span)}内"
        parts.append(f"送达{roles(document.served_on)}{within}")
    if document.power:
        parts.append(f"须有“{document.power}”")
    if document.states:
        parts.append(f"载明{'、'.join(document.states)}")
    if document.content is not None:
        parts.append(f"按模板“{document.template}”")
    return "，".join(parts) + cited(document.basis) + "。"


def _access(definition: Definition) -> Iterator[str]:
    if definition.restricted_to:
        yield f"除办理人外，只有{roles(definition.restricted_to)}可以打开案件。"
    secret: dict[str, list[str]] = {}
    for form in definition.forms:
        for each in form.fields:
            if each.secrecy is Secrecy.CONFIDENTIAL:
                who = roles(each.visible_to) or "填写人"
                secret.setdefault(who, []).append(f"“{form.name}”的“{each.name}”")
    for who, fields in secret.items():
        yield f"保密：{'、'.join(fields)}只有{who}可以打开。"
