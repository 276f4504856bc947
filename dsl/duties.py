"""Who and when: steps without people or limits, people who cannot act, limits without consequence."""

from dsl.clauses import (
    Basis,
    ByRole,
    BySame,
    BySuperior,
    Citation,
    Deadline,
    DeadlineAt,
    Deemed,
    Extension,
    Overdue,
    Performers,
    Reminder,
)
from dsl.damage import Damage
from dsl.declarations import Role
from dsl.edits import added_line, appended, replaced
from dsl.expressions import DurationLiteral, Name
from dsl.findings import Edit
from dsl.lower import Lowered
from dsl.lower_votes import vote_rules
from dsl.lower_waits import is_wait
from dsl.procedure import (
    Block,
    Clock,
    Countersign,
    Draw,
    Entered,
    Outcomes,
    PerformedBy,
    Step,
    SubProcess,
    VoteRule,
    WaitSpan,
)
from dsl.report import Report, suggestion
from dsl.source import Place
from dsl.spans import is_not_shorter
from engine import definition as lowered
from engine.digraph import Digraph
from engine.staffing import conflicts


def check_duties(process: Lowered, damage: Damage, report: Report) -> None:
    """Check the people and limits of every step, and the clocks."""
    has_basis = any(isinstance(line, Basis) for line in process.process.properties)
    for node in process.layout.nodes:
        if isinstance(node, Block) or damage.within(node.place):
            continue
        _people(process, node, report)
        _limits(process, node, has_basis, report)
    for clock in process.process.clocks:
        _clock(clock, has_basis, report)
    for number, step in enumerate(process.definition.nodes):
        if isinstance(step, lowered.Step):
            _separation(process, number, step, report)
            _escalation(process, step, report)
    _apart(process, report)
    _both_ways(process, report)


# ---- people


def _people(process: Lowered, step: Step, report: Report) -> None:
    performed = [line.performers for line in step.properties if isinstance(line, PerformedBy)]
    signed = [line for line in step.properties if isinstance(line, Countersign)]
    called = any(isinstance(line, SubProcess) for line in step.properties)
    if not performed and not signed and not called and not is_wait(step):
        report.error(
            "R02",
            step.name.place,
            f"步骤“{step.name.text}”没有承办角色",
            "写明“承办 角色”；没有人办的写“等待 …”",
        )
    external = [name for each in performed for name in _roles(each) if _is_external(process, name)]
    if external and not any(isinstance(line, Entered) for line in step.properties):
        report.error(
            "R04",
            external[0].place,
            f"“{external[0].text}”是外部机关，步骤“{step.name.text}”没有写由谁登记结果",
            "真是外面的机关，由本镇登记结果：加一行“录入 本镇角色 凭 收到的文书”；自己会登录系统来办的（如企业）：在声明里去掉“外部”",
        )
    for each in performed:
        _seats(process, each, report)
    for draw in (line for line in step.properties if isinstance(line, Draw)):
        _enough(process, draw, report)
    for line in signed:
        _quorum(process, step, line, report)


def _roles(performers: Performers) -> list[Name]:
    return [each.role for each in performers.members if not isinstance(each, BySame | BySuperior)]


def _is_external(process: Lowered, name: Name) -> bool:
    role = process.declared.scope.roles.get(name.text)
    return role is not None and role.external


def _seats(process: Lowered, performers: Performers, report: Report) -> None:
    for each in performers.members:
        if not isinstance(each, ByRole) or each.at_least is None:
            continue
        role = process.declared.scope.roles.get(each.role.text)
        if role is not None and role.at_least is not None and role.at_least < each.at_least:
            report.error(
                "R07",
                each.place,
                f"要 {each.at_least} 人办，角色“{each.role.text}”只保证 {role.at_least} 人",
                f"角色写“至少 {each.at_least}人”，或减少承办人数",
            )


def _enough(process: Lowered, draw: Draw, report: Report) -> None:
    """A role from which lots are drawn has at least that many holders."""
    role = process.declared.scope.roles.get(draw.pool.text)
    if role is not None and (role.at_least or 1) < draw.count:
        report.error(
            "R07",
            draw.place,
            f"要抽取 {draw.count} 人，角色“{draw.pool.text}”只保证 {role.at_least or 1} 人",
            f"角色写“至少 {draw.count}人”，或减少抽取的人数",
        )


def _quorum(process: Lowered, step: Step, line: Countersign, report: Report) -> None:
    if line.quorum is not None and not 0 < line.quorum <= 1:
        report.error(
            "R06", line.place, "会签通过的比例不能大于全部", "写成 三分之二以上、50% 等不大于 100% 的比例"
        )
    if line.quorum is not None and line.veto:
        report.error(
            "R06",
            line.place,
            "“一票否决”与“通过 比例”不能同时写",
            "一票否决就是要全部同意：删去“通过 …”，或删去“一票否决”",
        )
    _tie(step, line, report)
    role = process.declared.scope.roles.get(line.each.parts[0].text) if len(line.each.parts) == 1 else None
    if role is not None and (role.at_least or 1) < 2:
        report.warning(
            "R08",
            line.place,
            f"会签要有几个人，角色“{line.each.text}”没有写至少几人",
            f"角色写“{line.each.text} 至少 3人”",
            fix=_staffed(role, 3),
        )


def _tie(step: Step, line: Countersign, report: Report) -> None:
    """计票 that leaves an even vote open, or says two things at once."""
    rules = vote_rules(step)
    ties = rules & {VoteRule.TIE_PASSES, VoteRule.TIE_FAILS}
    if VoteRule.MAJORITY in rules and not ties:
        report.error(
            "R20",
            line.place,
            f"“{step.name.text}”按多数定，没有写票数相等时怎样",
            "“计票”后面加“平票通过”或“平票不通过”",
        )
    other_bar = line.quorum is not None or line.veto or VoteRule.ANY_ONE in rules
    abstaining = {VoteRule.ABSTAIN, VoteRule.ABSTAIN_EXCLUDED}
    if (VoteRule.MAJORITY in rules and other_bar) or len(ties) > 1 or abstaining <= rules:
        report.error(
            "R21",
            line.place,
            f"“{step.name.text}”的计票写了两种互相矛盾的定法",
            "多数、比例、一票否决、先签先定只写一种；平票只写一种；弃权只写一种",
        )


def _separation(process: Lowered, number: int, step: lowered.Step, report: Report) -> None:
    """回避 that cannot be met: the same person by 同, or one role that may have a single holder."""
    for recusal in step.recusals:
        if recusal.node is None:
            continue
        other = process.definition.nodes[recusal.node]
        if recusal.node == number:
            report.error("S02", process.place_of(recusal), f"“{step.name}”不能回避自己", "回避写别的步骤")
        elif any(performer.same_as == recusal.node for performer in step.performers):
            report.error(
                "S02",
                process.place_of(recusal),
                f"“{step.name}”既要与“{other.name}”同一人，又要回避",
                "删去“同”或“回避”",
            )
        elif isinstance(other, lowered.Step):
            _one_holder(process, step, other, recusal, report)


def _one_holder(
    process: Lowered, step: lowered.Step, other: lowered.Step, recusal: lowered.Recusal, report: Report
) -> None:
    own = {performer.role for performer in step.performers}
    others = {performer.role for performer in other.performers}
    if len(own) != 1 or own != others or own == {""}:
        return
    (name,) = own
    role = process.declared.scope.roles.get(name)
    needed = max(performer.seats for performer in step.performers) + max(
        each.seats for each in other.performers
    )
    if role is None or role.taken is not None or (role.at_least or 1) >= needed:
        return
    report.warning(
        "S01",
        process.place_of(recusal),
        f"“{step.name}”须回避“{other.name}”，两步都由“{name}”承办",
        f"角色写“{name} 至少 {needed}人”，或换一个角色",
        fix=_staffed(role, needed),
    )


def _staffed(role: Role, holders: int) -> tuple[Edit, ...]:
    """角色 … 至少 n人, when the line declares only this role and says nothing about numbers."""
    single = len(role.names) == 1 and role.at_least is None and role.note is None
    return (appended(role.place, f" 至少 {holders}人"),) if single else ()


def _apart(process: Lowered, report: Report) -> None:
    """More steps that different people must do than the roles guarantee: three of one role with two holders."""
    holders = {
        role.name: frozenset(f"{role.name}{number}" for number in range(1, role.minimum + 1))
        for role in process.definition.roles
    }
    for conflict in conflicts(process.definition, holders):
        if len(conflict.steps) < 3:
            continue  # told where it is written
        names = "、".join(process.definition.nodes[number].name for number in conflict.steps)
        report.warning(
            "S01",
            process.layout.nodes[conflict.steps[-1]].name.place,
            f"“{names}”要由不同的人办，按角色写的人数只保证有 {len(conflict.holders)} 人",
            "给角色写“至少 n人”，或换一个角色",
            witness=("、".join(conflict.holders),),
        )


def _both_ways(process: Lowered, report: Report) -> None:
    """升级 goes up: where two roles escalate to each other one of them escalates downwards."""
    upward: Digraph[str] = Digraph()
    parts: dict[tuple[str, str], lowered.Escalate] = {}
    for step in process.definition.nodes:
        if isinstance(step, lowered.Step):
            for rung in step.overdue:
                for effect in rung.actions.effects:
                    if isinstance(effect, lowered.Escalate):
                        for performer in step.entered_by if step.external else step.performers:
                            for role in dict.fromkeys(effect.to):
                                if role not in ("", performer.role):
                                    upward.add(performer.role, role)
                                    parts[performer.role, role] = effect
    for group in upward.circles():
        first = next(role for role in upward if role in group)
        circle = upward.shortest_way(first, first)
        down, up = circle[-2:]
        report.warning(
            "R12",
            process.place_of(parts[down, up]),
            f"“{down}”逾期升级给“{up}”，别处又反过来升级，有一处是往下升",
            "升级给上一级的角色",
            witness=circle,
        )


def _escalation(process: Lowered, step: lowered.Step, report: Report) -> None:
    """升级 to the only role that does the step tells nobody new."""
    doing = {performer.role for performer in (step.entered_by if step.external else step.performers)}
    for rung in step.overdue:
        for effect in rung.actions.effects:
            if isinstance(effect, lowered.Escalate) and effect.to and doing and set(effect.to) <= doing:
                report.warning(
                    "R10",
                    process.place_of(effect),
                    f"“{step.name}”逾期升级给{'、'.join(effect.to)}，就是承办人自己",
                    "升级给上一级的角色；提醒承办人写“催办”",
                )


# ---- limits


def _limits(process: Lowered, step: Step, has_basis: bool, report: Report) -> None:
    own = [line for line in step.properties if isinstance(line, Deadline | DeadlineAt)]
    later = [line for line in step.properties if isinstance(line, Overdue | Deemed)]
    reminders = [line for line in step.properties if isinstance(line, Reminder)]
    passes = any(isinstance(line, WaitSpan) for line in step.properties)
    idle = (*later, *reminders) if not own else ()
    for each in idle:
        word = "提醒" if isinstance(each, Reminder) else "逾期"
        report.error("T09", each.place, f"步骤“{step.name.text}”没有时限，“{word}”不会发生", "先写“时限 …”")
    if not own and not passes and not idle:
        report.warning(
            "T01",
            step.name.place,
            f"步骤“{step.name.text}”没有时限",
            "加一行“时限 …”；确实没有的写“容许 T01 “理由””",
        )
    elif own and not later:
        report.warning(
            "T02",
            step.name.place,
            f"步骤“{step.name.text}”有时限而无逾期处理",
            "加一行“逾期 则 催办 …”或“逾期 则 升级 给 …”",
            fix=_urged(step, own[-1].place),
        )
    _deemed(step, report)
    _reminders(own, reminders, report)
    based = has_basis or any(isinstance(line, Basis) for line in step.properties)
    for line in step.properties:
        if isinstance(line, Deadline) and isinstance(line.span, DurationLiteral):
            marked = appended(line.place, " 本地") if line.rolls else None
            what = f"步骤“{step.name.text}”的时限"
            _sourced(line.place, what, line.local, line.citations, based, report, marked)
            _twice(process, line, report)
        if isinstance(line, Extension) and isinstance(line.at_most, DurationLiteral):
            _sourced(line.place, f"步骤“{step.name.text}”的延期", line.local, line.citations, based, report)


def _urged(step: Step, deadline: Place) -> tuple[Edit, ...]:
    """逾期 则 催办 whoever does the step, when a role of its own does."""
    for line in step.properties:
        if isinstance(line, PerformedBy) and isinstance(line.performers.members[0], ByRole):
            return (added_line(deadline, f"逾期 则 催办 {line.performers.members[0].role.text}"),)
    return ()


def _deemed(step: Step, report: Report) -> None:
    outcomes = [
        member.text for line in step.properties if isinstance(line, Outcomes) for member in line.members
    ]
    for line in step.properties:
        if isinstance(line, Deemed) and line.outcome.text not in outcomes:
            hint = suggestion(line.outcome.text, outcomes, "先在步骤里写“结论 …”")
            report.error(
                "T03",
                line.outcome.place,
                f"“视为 {line.outcome.text}”不在步骤“{step.name.text}”的结论之中",
                hint,
            )


def _reminders(own: list[Deadline | DeadlineAt], reminders: list[Reminder], report: Report) -> None:
    spans = [
        line.span.value
        for line in own
        if isinstance(line, Deadline) and isinstance(line.span, DurationLiteral)
    ]
    if len(spans) != len(own) or not spans:
        return
    for reminder in reminders:
        if all(is_not_shorter(reminder.ahead, span) for span in spans):
            report.error(
                "T04", reminder.place, "提醒的提前量不小于时限，开始之前就该提醒", "提前量要比时限短"
            )


def _sourced(
    place: Place,
    what: str,
    local: bool,
    cited: tuple[Citation, ...],
    based: bool,
    report: Report,
    fixed: Edit | None = None,
) -> None:
    if not local and not cited and not based:
        report.warning(
            "T05",
            place,
            f"{what}既没有依据也没有写“本地”",
            "出自法规的写“依据 《…》”，本镇自定的在后面写“本地”",
            fix=() if fixed is None else (fixed,),
        )


def _twice(process: Lowered, line: Deadline, report: Report) -> None:
    for clock in process.process.clocks:
        same = clock.span == line.span and line.anchor is not None and clock.start == line.anchor
        if same and not line.local:
            report.warning(
                "T08",
                line.place,
                f"与总时限“{clock.name.text}”是同一个期限",
                f"步骤里写“时限 至 总时限 {clock.name.text}”，数字只写一处",
                fix=(replaced(line.place, f"时限 至 总时限 {clock.name.text}"),),
            )


def _clock(clock: Clock, has_basis: bool, report: Report) -> None:
    based = has_basis or any(isinstance(line, Basis) for line in clock.properties)
    if isinstance(clock.span, DurationLiteral):
        _sourced(clock.name.place, f"总时限“{clock.name.text}”", clock.local, (), based, report)
    if not any(isinstance(line, Overdue | Deemed) for line in clock.properties):
        report.warning(
            "T02", clock.name.place, f"总时限“{clock.name.text}”没有逾期处理", "加一行“逾期 则 升级 给 …”"
        )
