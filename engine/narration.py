"""Events as plain Chinese sentences, for the timeline. Bookkeeping of tokens and timers is left out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import TypeGuard

from engine import events as e
from engine.deadline_text import span_text
from engine.definition import Definition
from engine.directory import Directory
from engine.labels import Reading
from engine.marking import Activation, Running, Seat, SeatOrigin, SeatPart, TimerKind
from engine.sentences import basis_text, moment_text
from engine.serving import Method, service_text
from engine.views import CaseStatus, ItemStatus

LABELS = {
    "start": "发起",
    "claim": "认领",
    "release": "放回",
    "read": "查看",
    "complete": "提交",
    "return": "退回",
    "recall": "撤回",
    "transfer": "转办",
    "hand_back": "退还",
    "add_signer": "加签",
    "remove_signer": "减签",
    "ask": "委派",
    "supplement": "补正",
    "take_back": "收回",
    "discuss": "沟通",
    "urge": "催办",
    "remind": "提醒",
    "copy": "抄送",
    "extend": "延期",
    "stop_clock": "中止",
    "resume": "恢复",
    "begin": "启动",
    "serve": "送达",
    "void_document": "作废文书",
    "keep_copy": "留存 PDF",
    "correct": "更正",
    "withdraw": "撤销",
    "suspend": "挂起",
    "terminate": "终止",
    "void": "作废",
    "jump": "跳转",
    "migrate": "迁移",
    "sign": "核准",
    "reject": "不核准",
    "reopen": "重开",
    "tick": "到时处理",
    "recount": "重算时限",
    "linked_case_ended": "关联案件办结",
    "parent_ended": "来源案件结束",
    "event": "收到通报",
}
"""What an operation is called in the history."""

_ENDED = {
    CaseStatus.FINISHED: "办结",
    CaseStatus.WITHDRAWN: "撤销",
    CaseStatus.TERMINATED: "终止",
    CaseStatus.VOID: "作废",
    CaseStatus.OPEN: "办理中",
    CaseStatus.SUSPENDED: "挂起",
}
_CLOSED = {
    ItemStatus.RETURNED_OVER: "随退回收回",
    ItemStatus.REROUTED: "因改道收回",
    ItemStatus.RECALLED: "随撤回收回",
    ItemStatus.REMOVED: "收回",
    ItemStatus.TERMINATED: "随案件结束收回",
    ItemStatus.VOID: "随案件作废收回",
}


def _is_period(event: e.Event) -> TypeGuard[e.PeriodSet]:
    return isinstance(event, e.PeriodSet)


@dataclass(slots=True)
class Narrator:
    """Tells the events of one case, which it must be given in order from the beginning."""

    definition: Definition
    directory: Directory
    zone: tzinfo
    definition_of: Callable[[str], Definition] | None = None  # digest -> version, for cases that changed it
    _items: dict[int, int] = field(default_factory=dict)  # item -> node
    _activations: dict[int, int] = field(default_factory=dict)  # activation -> node
    _requests: dict[int, str] = field(default_factory=dict)  # item -> what is to be extended
    _links: dict[int, str] = field(default_factory=dict)  # link -> process
    _urged: dict[int, datetime] = field(default_factory=dict)  # item -> when it was last urged with a notice
    _at: datetime | None = None  # of the group that is told

    def tell(self, events: Iterable[e.Event]) -> tuple[str, ...]:
        """Return the sentences of a group of events."""
        group = tuple(events)
        self._at = next((event.at for event in group if isinstance(event, e.Acted)), None)
        told = tuple(dict.fromkeys(said for event in group if (said := self._sentence(event))))
        return told or tuple(dict.fromkeys(map(self._counted, filter(_is_period, group))))

    def _counted(self, event: e.PeriodSet) -> str:
        """Say that the time of a periodic handler was counted, in a group in which nothing else happened."""
        name = self.definition.handlers[event.handler].name
        if event.period is None:
            return f"“{name}”不再定期启动"
        return f"“{name}”这次不需要办，下次于{self._moment(event.period.at)}启动"

    def step_of(self, item: int | None, node: int | None) -> str:
        """Return the step that a command was about."""
        if item is not None and item in self._requests:
            return self._requests[item]
        number = node if node is not None else self._items.get(item) if item is not None else None
        return "" if number is None else self.definition.nodes[number].name

    def _sentence(self, event: e.Event) -> str:
        match event:
            case e.CaseStarted() | e.CaseFinished() | e.CaseTerminated() | e.CaseWithdrawn():
                return self._of_case(event)
            case e.CaseVoided() | e.CaseSuspended() | e.CaseResumed() | e.CaseReopened():
                return self._of_case(event)
            case e.CaseMigrated():
                return self._migrated(event)
            case e.OperationProposed() | e.ProposalClosed() | e.CorrectionProposed() | e.TokenJumped():
                return self._of_signatures(event)
            case e.FormSubmitted() | e.DataSet():
                return self._of_data(event)
            case (
                e.Activated()
                | e.ActivationUnlocked()
                | e.SeatOpened()
                | e.SeatAdded()
                | e.SignerAdded()
                | e.SignerRemoved()
                | e.SeatClosed()
                | e.TaskRead()
                | e.TaskClaimed()
                | e.TaskReleased()
                | e.TaskTransferred()
                | e.TaskHandedBack()
                | e.ReminderSet()
                | e.TaskAnswered()
                | e.StepCompleted()
                | e.StepSkipped()
                | e.Recalled()
                | e.RecallAsked()
                | e.RecallAnswered()
                | e.RecallSettled()
            ):
                return self._of_work(event)
            case (
                e.Forked()
                | e.BranchAdded()
                | e.BranchArrived()
                | e.Joined()
                | e.Cleared()
                | e.BlockParked()
                | e.BranchResumed()
                | e.BlockDropped()
                | e.TokenReturned()
                | e.WentStraightBack()
                | e.HandlerStarted()
                | e.HandlerEnded()
                | e.PeriodMissed()
            ):
                return self._of_flow(event)
            case (
                e.DueMoved()
                | e.TimerFired()
                | e.ClockStarted()
                | e.ClockStopped()
                | e.ClockWentOn()
                | e.ClockMoved()
                | e.ClockEnded()
                | e.ClockReopened()
                | e.ExtensionRequested()
                | e.ExtensionGranted()
                | e.ExtensionRefused()
            ):
                return self._of_limits(event)
            case (
                e.CaseTriggered()
                | e.Drawn()
                | e.CallWithdrawn()
                | e.LinkedCaseClosed()
                | e.EventEmitted()
                | e.EventReceived()
                | e.CaseLinked()
                | e.DocumentIssued()
                | e.DocumentServed()
                | e.DocumentVoided()
                | e.CopyKept()
                | e.Notified()
                | e.TaskUrged()
                | e.Escalated()
                | e.Copied()
                | e.Discussed()
                | e.IncidentRaised()
                | e.RuleRead()
                | e.TableRead()
                | e.SampleDrawn()
            ):
                return self._of_others(event)
            case (
                e.WaitMoved()
                | e.WaitMet()
                | e.Acted()
                | e.TokenPlaced()
                | e.FrameEmptied()
                | e.GatewayPassed()
                | e.HandlerQueued()
                | e.PeriodSet()
                | e.ConditionNoted()
            ):
                return ""

    def _of_case(self, event: e.Event) -> str:
        match event:
            case e.CaseStarted(number, occurrence=occurrence) if occurrence is not None:
                owed = f"，应办人{self.directory.name(occurrence.holder)}" if occurrence.holder else ""
                return f"按周期生成{owed}，编号{number}"
            case e.CaseStarted(number, origin=origin, imported=imported):
                came = f"由{origin}触发" if origin else "从台账导入" if imported else "立案"
                return f"{came}，编号{number}"
            case e.CaseFinished():
                return "办结条件全部满足，案件办结"
            case e.CaseTerminated(reason):
                return f"案件终止：{reason}" if reason else "案件终止"
            case e.CaseWithdrawn():
                return "案件撤销"
            case e.CaseVoided():
                return "案件作废，编号不再使用"
            case e.CaseSuspended():
                return "案件挂起，期间不能办理，时限照常计算"
            case e.CaseResumed():
                return "案件恢复办理"
            case e.CaseReopened(token):
                return f"案件重开，回到“{self._node(token.node)}”"
            case _:
                return ""

    def _migrated(self, event: e.CaseMigrated) -> str:
        """Say it, and speak by the names of the new version from here on."""
        old, nodes = self.definition, dict(event.nodes)
        if self.definition_of is not None:
            self.definition = self.definition_of(event.target)
        for known in (self._items, self._activations):
            known.update({number: nodes[node] for number, node in known.items() if node in nodes})
        return f"改按规程“{old.name}”{event.version}版（{event.target[:12]}）办理，原为{old.version}版（{event.origin[:12]}）"

    def _of_signatures(
        self, event: e.OperationProposed | e.ProposalClosed | e.CorrectionProposed | e.TokenJumped
    ) -> str:
        match event:
            case e.CorrectionProposed(form=form):
                return f"拟更正《{form}》，已有步骤据此办结，待第二人核准"
            case e.OperationProposed(proposal):
                where = "" if proposal.target is None else f"到“{self._node(proposal.target)}”"
                return f"{self._name(proposal.by)}提出{LABELS[proposal.operation]}{where}，待第二人核准"
            case e.ProposalClosed(signed=signed):
                return "第二人核准" if signed else "没有核准"
            case e.TokenJumped(origin, token, skipped):
                over = f"，越过{'、'.join(f'“{self._node(each)}”' for each in skipped)}" if skipped else ""
                return f"偏离规程：从“{self._node(origin)}”跳转到“{self._node(token.node)}”{over}"

    def _of_data(self, event: e.Event) -> str:
        match event:
            case e.FormSubmitted(form, node=node):
                return f"填写《{form}》" if node is not None else f"更新《{form}》"
            case e.DataSet(name, value):
                declared = next((data.type for data in self.definition.data if data.name == name), None)
                return (
                    ""
                    if value is None
                    else f"{name}为{Reading(self.directory, self.zone).text(value, declared)}"
                )
            case _:
                return ""

    def _of_work(self, event: e.Event) -> str:
        match event:
            case e.Activated(activation):
                return self._activated(activation)
            case e.ActivationUnlocked(activation):
                return f"“{self._activated_node(activation)}”可以开始"
            case e.SeatOpened(item):
                return f"轮到“{self._item(item)}”的下一位"
            case e.SeatAdded(activation, seat):
                self._items[seat.id] = self._activations.get(activation, 0)
                return f"“{self._item(seat.id)}”须重新办理"
            case e.SignerAdded(activation, seat):
                self._items[seat.id] = self._activations.get(activation, 0)
                return self._added(seat)
            case e.SignerRemoved(item):
                return f"“{self._item(item)}”撤去加签或委派的一席"
            case e.SeatClosed(item, status):
                return f"“{self._item(item)}”的一项待办{_CLOSED[status]}" if status in _CLOSED else ""
            case e.TaskRead(item, by):
                return f"{self._name(by)}首次打开“{self._item(item)}”"
            case e.TaskClaimed(item, by):
                return f"{self._name(by)}认领“{self._item(item)}”"
            case e.TaskReleased(item):
                return f"“{self._item(item)}”放回"
            case e.TaskTransferred(item, to):
                return f"“{self._item(item)}”转给{self._name(to)}办理"
            case e.TaskHandedBack(item, to):
                return f"“{self._item(item)}”退还{self._name(to)}"
            case e.ReminderSet(item, at):
                when = "不再提醒" if at is None else f"{moment_text(at, self.zone)}提醒"
                return f"“{self._item(item)}”设为{when}"
            case e.TaskAnswered(item, by, result, opinion):
                answer = f"，结果：{result}" if result else ""
                said = f"（{opinion}）" if opinion else ""
                return f"{self._name(by)}办理“{self._item(item)}”{answer}{said}"
            case e.StepCompleted():
                return self._completed(event)
            case e.StepSkipped(node=node):
                return f"“{self._node(node)}”不需要办理，跳过"
            case e.RecallAsked(plea):
                name = f"撤回申请：{self._node(plea.node)}"
                self._requests.update((seat.id, name) for seat in plea.seats)
                whom = "、".join(self._name(seat.holder or "") for seat in plea.seats)
                return f"后续待办已开始办理，请{whom}答复是否同意撤回“{self._node(plea.node)}”"
            case e.RecallAnswered(by=by, agreed=agreed):
                return f"{self._name(by)}{'同意' if agreed else '不同意'}撤回"
            case e.RecallSettled(granted=granted):
                return "" if granted else "撤回没有办成"
            case e.Recalled(item, images=images):
                for activation in images.activations:
                    self._items.update((seat.id, activation.node) for seat in activation.seats)
                return f"撤回“{self._item(item)}”的提交，恢复到提交之前"
            case _:
                return ""

    def _activated(self, activation: Activation) -> str:
        self._activations[activation.id] = activation.node
        for seat in activation.seats:
            self._items[seat.id] = activation.node
        node = self.definition.nodes[activation.node]
        due = f"，应于{self._due(activation.running)}前办结" if activation.running else ""
        again = f"（第{activation.round}次）" if activation.round > 1 else ""
        if not activation.seats:
            return f"进入“{node.name}”{again}，等待{due}"
        roles = dict.fromkeys(
            candidate.role
            for seat in activation.seats
            if seat.part in (SeatPart.LEAD, SeatPart.REGISTER)
            for candidate in seat.candidates
        )
        who = "或".join(roles)
        return f"进入“{node.name}”{again}" + (f"，由{who}办理" if who else "") + due

    def _added(self, seat: Seat) -> str:
        who, step = self._name(seat.holder or ""), self._item(seat.id)
        match seat.origin:
            case SeatOrigin.BEFORE:
                return f"在“{step}”前加签{who}，先由其签署意见"
            case SeatOrigin.BESIDE:
                return f"在“{step}”加签{who}" + ("，参加表决" if seat.voting else "，只提意见")
            case SeatOrigin.AFTER:
                return f"在“{step}”后加签{who}" + ("，参加表决" if seat.voting else "")
            case SeatOrigin.ASKED:
                return f"就“{step}”请{who}提出意见"
            case SeatOrigin.SUPPLEMENT:
                return f"“{step}”要求{who}补正"
            case SeatOrigin.MODEL:
                return ""

    def _completed(self, event: e.StepCompleted) -> str:
        name = self._activated_node(event.activation)
        outcome = f"，结论：{event.outcome}" if event.outcome else ""
        late = f"，逾期{event.days_late}天" if event.days_late else "，已逾期" if event.late else ""
        if not event.deemed:
            return f"“{name}”完成{outcome}{late}"
        return f"“{name}”按规定视为完成{outcome}{late}{self._deeming(event)}"

    def _deeming(self, event: e.StepCompleted) -> str:
        """Return the article by which a step that nobody has answered is taken for answered."""
        node = self.definition.nodes[self._activations.get(event.activation, 0)]
        rungs = getattr(node, "overdue", ())
        basis = next((basis_text(rung.basis) for rung in rungs if rung.deemed == event.outcome), "")
        return f"，依据{basis}" if basis else ""

    def _of_flow(self, event: e.Event) -> str:
        match event:
            case e.Forked(frame):
                return f"“{self._node(frame.fork)}”各分支同时开始"
            case e.BranchAdded(token=token):
                return f"增加一个分支，从“{self._node(token.node)}”开始"
            case e.Joined(entry=entry):
                return f"“{self._node(entry.node)}”各分支汇合"
            case e.Cleared(status=status, cause=cause):
                words = _CLOSED.get(status, "收回")
                return f"未完成的待办{words}" + (f"：{cause}" if cause else "")
            case e.BlockParked(place):
                return f"“{self._node(place[0])}”的其他分支暂停，保留已有结果"
            case e.BranchResumed():
                return "数据没有变化，暂停的分支继续"
            case e.BlockDropped(activations=activations, undone=undone):
                return "暂停的分支不再继续，收回" if activations or undone else ""
            case e.TokenReturned(target=target):
                return f"退回“{self._node(target)}”重办"
            case e.WentStraightBack(token):
                return f"直送“{self._node(token.node)}”，中间步骤的结果仍然有效"
            case e.HandlerStarted(opening):
                return f"随时事项“{self.definition.handlers[opening.handler].name}”启动"
            case e.HandlerEnded():
                return "随时事项办完"
            case e.PeriodMissed(handler, times=times):
                name = self.definition.handlers[handler].name
                return f"“{name}”到期时上一次还没有办完，未重复启动（{times}次）"
            case _:
                return ""

    def _of_limits(self, event: e.Event) -> str:
        match event:
            case e.DueMoved(activation, running):
                return f"“{self._activated_node(activation)}”的到期时间为{self._due(running)}"
            case e.TimerFired():
                return self._fired(event)
            case e.ClockStarted(clock, record):
                name = self.definition.clocks[clock].name
                if record.running.missing:
                    return f"“{name}”的起算时间没有登记，无法证明"
                return f"“{name}”开始计时，{self._due(record.running)}到期"
            case e.ClockStopped(clock, since, ground):
                return f"“{self.definition.clocks[clock].name}”自{self._moment(since)}中止：{ground}"
            case e.ClockWentOn(clock, running=running):
                name = self.definition.clocks[clock].name
                return f"“{name}”恢复计时，到期时间为{self._due(running)}"
            case e.ClockMoved(clock, running):
                return f"“{self.definition.clocks[clock].name}”的到期时间为{self._due(running)}"
            case e.ClockEnded(clock, late=late):
                return f"“{self.definition.clocks[clock].name}”{'逾期' if late else '按时'}办结，停止计时"
            case e.ClockReopened(clock):
                return f"“{self.definition.clocks[clock].name}”继续计时"
            case e.ExtensionRequested(request):
                what = (
                    self.definition.clocks[request.clock].name
                    if request.clock is not None
                    else self._activated_node(request.activation)
                )
                self._requests[request.id] = f"延期审批：{what}"
                return f"{self._name(request.by)}申请“{what}”延期{span_text(request.span)}"
            case e.ExtensionGranted(by=by):
                return f"{self._name(by)}批准延期"
            case e.ExtensionRefused(by=by, status=status):
                return f"{self._name(by)}不批准延期" if status is ItemStatus.DONE else "延期申请随步骤结束"
            case _:
                return ""

    def _fired(self, event: e.TimerFired) -> str:
        name = (
            self.definition.clocks[event.clock].name
            if event.clock is not None
            else self._activated_node(event.activation)
        )
        match event.timer:
            case TimerKind.REMIND:
                return f"“{name}”临近到期，系统提醒"
            case TimerKind.OVERDUE:
                return f"“{name}”逾期，系统按规定处理"
            case TimerKind.ELAPSED:
                return f"“{name}”等待期满"
            case TimerKind.PERSONAL:
                return f"“{name}”到办理人设的提醒时间，系统提醒"

    def _of_others(self, event: e.Event) -> str:
        match event:
            case e.CaseTriggered(link, process):
                self._links[link] = process
                return f"触发“{process}”"
            case e.Drawn(role=role, pool=pool, seed=seed, chosen=chosen):
                people, all_of_them = ("、".join(map(self._name, each)) for each in (chosen, pool))
                return f"从{len(pool)}名{role}中抽取{people}（候选{all_of_them}；种子{seed}）"
            case e.CallWithdrawn(link, reason):
                return f"终止派出的“{self._links.get(link, '案件')}”：{reason}"
            case e.LinkedCaseClosed(link, status):
                return f"触发的“{self._links.get(link, '案件')}”已{_ENDED[status]}"
            case e.EventEmitted(name):
                return f"发出“{name}”"
            case e.SampleDrawn(_, pool, is_drawn):
                return f"从 {pool} 件按期完成的中抽查，本件{'抽中' if is_drawn else '没有抽中'}"
            case e.EventReceived(name, source=source):
                return f"收到{source}的“{name}”" if source else f"收到“{name}”"
            case e.TableRead(table, as_of, rows, basis=basis):
                hit = "、".join(f"第{row}行" for row in rows) or "无适用行"
                return f"查判定表“{table}”（按{as_of}适用的版本）：{hit}" + (
                    f"，依据{basis}" if basis else ""
                )
            case e.RuleRead(rule, as_of, cases, _, bound, basis):
                why = "例外" + "、".join(f"“{case}”" for case in cases) if cases else "一般规定"
                return f"按规则“{rule}”（{as_of}适用）：{why}{f'，到{bound}' if bound else ''}" + (
                    f"，依据{basis}" if basis else ""
                )
            case e.CaseLinked(number):
                return f"关联{number}"
            case e.DocumentIssued(document=document, number=number):
                return f"出具《{document}》{number}"
            case e.DocumentServed(document, to, complete, at, service):
                published = service.method is Method.NOTICE
                counts = f"，公告期满（{self._moment(at)}）视为送达" if published else ""
                return f"《{document}》{service_text(to, service)}{counts}" + (
                    "，全部送达" if complete else ""
                )
            case e.DocumentVoided(document=document):
                return f"《{document}》作废，文号不再使用"
            case e.CopyKept():
                return "留存了文书的 PDF"
            case e.Notified(to, text, people=people):
                told = (*to, *(self._name(account) for account in people))
                return f"通知{'、'.join(told) or '办理人'}：{text}"
            case e.TaskUrged(items, to, by, notified):
                if not notified:
                    last = max(self._urged[item] for item in items)
                    return f"{self._name(by)}再次催办：{self._moment(last)}已经通知过，24小时内不再发，这次只作记录"
                if self._at is not None:
                    self._urged |= dict.fromkeys(items, self._at)
                steps = dict.fromkeys(self._item(item) for item in items)
                return f"{self._name(by)}催办" + ("、".join(to) or "、".join(f"“{step}”" for step in steps))
            case e.Escalated(to=to):
                return f"升级给{'、'.join(to)}督办"
            case e.Copied(to):
                return f"抄送{'、'.join(self._name(account) for account in to)}"
            case e.Discussed(to, text):
                whom = "、".join(self._name(account) for account in to)
                return f"对{whom}说：{text}" if whom else f"留言：{text}"
            case e.IncidentRaised(text=text):
                return f"系统无法自动继续：{text}"
            case _:
                return ""

    def _node(self, number: int) -> str:
        return self.definition.nodes[number].name

    def _activated_node(self, activation: int | None) -> str:
        return "" if activation is None else self._node(self._activations.get(activation, 0))

    def _item(self, item: int) -> str:
        if item in self._requests:
            return self._requests[item]
        number = self._items.get(item)
        return "待办" if number is None else self._node(number)

    def _name(self, account: str) -> str:
        return self.directory.name(account)

    def _moment(self, moment: datetime) -> str:
        """Write a moment, with its year when it lies in another than that in which it is told."""
        last = (moment - timedelta(microseconds=1)).astimezone(self.zone)
        here = last.year if self._at is None else self._at.astimezone(self.zone).year
        return ("" if here == last.year else f"{last.year}年") + moment_text(moment, self.zone)

    def _due(self, running: Running) -> str:
        if running.missing:
            return "（起算点未登记）"
        return "（中止中）" if running.due is None else self._moment(running.due)
