"""The engine's refusals: each says in Chinese what is wrong, what to do, and by which article. Codes E1xx."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from engine.errors import Refusal
from engine.serving import Lack


@dataclass(eq=False)
class TaskClosed(Refusal):
    """The work item is no longer open (done, recalled, superseded …), or never was."""

    code: ClassVar[str] = "E101"
    hint: ClassVar[str] = "请刷新待办列表；如需更正，请到案件页处理。"
    item: int

    def __str__(self) -> str:
        return "该待办已办结或已收回，不能再办理"


@dataclass(eq=False)
class AlreadyClaimed(Refusal):
    """Somebody else took the item first."""

    code: ClassVar[str] = "E102"
    hint: ClassVar[str] = "如需接办，请联系对方放回或转办。"
    item: int
    holder: str
    at: datetime | None

    def __str__(self) -> str:
        when = f"于{self.at.month}月{self.at.day}日{self.at:%H:%M}" if self.at else ""
        return f"该待办已由{self.holder}{when}认领"


@dataclass(eq=False)
class NotAllowed(Refusal):
    """The person holds no role that may do this."""

    code: ClassVar[str] = "E103"
    hint: ClassVar[str] = "请由有权的人员办理；如岗位有变，请管理员更新组织机构。"
    operation: str
    roles: tuple[str, ...] = ()

    def __str__(self) -> str:
        who = f"，应由{'或'.join(self.roles)}办理" if self.roles else ""
        return f"您无权{self.operation}{who}"


@dataclass(eq=False)
class MustRecuse(Refusal):
    """回避: the same person may not do both."""

    code: ClassVar[str] = "E104"
    hint: ClassVar[str] = "请转由其他有资格的人员办理。"
    step: str
    because: str
    source: str = ""

    @property
    def article(self) -> str:
        """The step's basis."""
        return self.source

    def __str__(self) -> str:
        return f"按回避要求，您不能办理“{self.step}”：{self.because}"


@dataclass(eq=False)
class InvalidForm(Refusal):
    """Some fields are wrong: all of them at once, field (or form.field) -> sentence."""

    code: ClassVar[str] = "E105"
    hint: ClassVar[str] = "请按提示改正后重新提交，已填内容不会丢失。"
    errors: Mapping[str, str]

    def __str__(self) -> str:
        return "；".join(f"{name}：{sentence}" for name, sentence in self.errors.items())


@dataclass(eq=False)
class OutcomeUnknown(Refusal):
    """The step needs one of its outcomes."""

    code: ClassVar[str] = "E106"
    hint: ClassVar[str] = "请选择一个结论。"
    step: str
    outcomes: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"“{self.step}”的结论应为：{'、'.join(self.outcomes)}"
            if self.outcomes
            else f"“{self.step}”不设结论"
        )


@dataclass(eq=False)
class ConditionNotMet(Refusal):
    """Some 前提 or 核对 do not hold: the sentences of all of them at once."""

    code: ClassVar[str] = "E107"
    hint: ClassVar[str] = "条件满足后再办理。"
    step: str
    sentences: tuple[str, ...]
    source: str = ""

    @property
    def article(self) -> str:
        """The step's basis."""
        return self.source

    def __str__(self) -> str:
        return f"“{self.step}”：{'；'.join(self.sentences)}"


@dataclass(eq=False)
class GateClosed(Refusal):
    """The case cannot be closed: closing conditions by name, and what else is missing."""

    code: ClassVar[str] = "E108"
    hint: ClassVar[str] = "请先办完所列事项再办结。"
    failing: tuple[str, ...]
    source: str = ""

    @property
    def article(self) -> str:
        """Articles of the failing conditions."""
        return self.source

    def __str__(self) -> str:
        return f"办结条件未满足：{'、'.join(self.failing)}"


@dataclass(eq=False)
class OrderViolated(Refusal):
    """约束 未 … 不得 …."""

    code: ClassVar[str] = "E109"
    hint: ClassVar[str] = "请先完成前一事项。"
    first: str
    then: str

    def __str__(self) -> str:
        return f"未完成“{self.first}”，不得进入“{self.then}”"


@dataclass(eq=False)
class ReturnForbidden(Refusal):
    """The target is no legal target of a return."""

    code: ClassVar[str] = "E110"
    hint: ClassVar[str] = "请在可退回的步骤中选择。"
    target: str
    because: str

    def __str__(self) -> str:
        return f"不能退回到“{self.target}”：{self.because}"


@dataclass(eq=False)
class RecallForbidden(Refusal):
    """The answer can no longer be taken back."""

    code: ClassVar[str] = "E111"
    hint: ClassVar[str] = "可请下一步办理人退回，或申请更正。"
    because: str

    def __str__(self) -> str:
        return f"不能撤回：{self.because}"


@dataclass(eq=False)
class TransferForbidden(Refusal):
    """The duty may not move to this person."""

    code: ClassVar[str] = "E112"
    hint: ClassVar[str] = "请选择有资格且未经手的人员。"
    to: str
    because: str

    def __str__(self) -> str:
        return f"不能转办给{self.to}：{self.because}"


@dataclass(eq=False)
class ExtensionForbidden(Refusal):
    """An extension cannot be applied for."""

    code: ClassVar[str] = "E113"
    hint: ClassVar[str] = "请按原时限办理，或报请上级协调。"
    because: str
    source: str = ""

    @property
    def article(self) -> str:
        """The article that allows or limits the extension."""
        return self.source

    def __str__(self) -> str:
        return f"不能申请延期：{self.because}"


@dataclass(eq=False)
class ClockForbidden(Refusal):
    """The clock cannot be stopped or resumed so."""

    code: ClassVar[str] = "E114"
    hint: ClassVar[str] = "请核对计时状态和文书。"
    clock: str
    because: str

    def __str__(self) -> str:
        return f"“{self.clock}”：{self.because}"


@dataclass(eq=False)
class CaseNotOpen(Refusal):
    """The case is closed or suspended."""

    code: ClassVar[str] = "E115"
    hint: ClassVar[str] = "如需继续办理，请先恢复或重开案件。"
    status: str

    def __str__(self) -> str:
        return f"案件{self.status}，不能办理"


@dataclass(eq=False)
class StartForbidden(Refusal):
    """The case or handler cannot be started so."""

    code: ClassVar[str] = "E116"
    hint: ClassVar[str] = "请核对启动条件和启动表单。"
    name: str
    because: str

    def __str__(self) -> str:
        return f"不能启动“{self.name}”：{self.because}"


@dataclass(eq=False)
class PaperMissing(Refusal):
    """The result of another authority is registered without its paper or the date of the paper."""

    code: ClassVar[str] = "E117"
    hint: ClassVar[str] = "请填写来文日期，并附来文。"
    step: str
    what: str

    def __str__(self) -> str:
        return f"登记“{self.step}”须凭{self.what}"


@dataclass(eq=False)
class ReasonMissing(Refusal):
    """The operation needs a reason."""

    code: ClassVar[str] = "E118"
    hint: ClassVar[str] = "请写明理由。"
    operation: str

    def __str__(self) -> str:
        return f"{self.operation}须写明理由"


@dataclass(eq=False)
class PowerMissing(Refusal):
    """A document needs a power that the organisation does not hold."""

    code: ClassVar[str] = "E119"
    hint: ClassVar[str] = "请移送有权机关，或先取得书面委托。"
    document: str
    power: str

    def __str__(self) -> str:
        return f"本单位没有“{self.power}”，不能出具《{self.document}》"


@dataclass(eq=False)
class UnknownName(Refusal):
    """The case has nothing of this name."""

    code: ClassVar[str] = "E121"
    hint: ClassVar[str] = "请核对名称。"
    kind: str
    name: str

    def __str__(self) -> str:
        return f"本案没有名为“{self.name}”的{self.kind}"


@dataclass(eq=False)
class ReturnLimitReached(Refusal):
    """The same step has been returned to too often by the same step."""

    code: ClassVar[str] = "E122"
    hint: ClassVar[str] = "请报请上级协调处理。"
    target: str
    times: int

    def __str__(self) -> str:
        return f"已退回“{self.target}”{self.times}次，达到上限"


@dataclass(eq=False)
class NotWithdrawable(Refusal):
    """The case may not be withdrawn (any more)."""

    code: ClassVar[str] = "E123"
    hint: ClassVar[str] = "如确需结束，请报管理员终止案件。"
    because: str

    def __str__(self) -> str:
        return f"不能撤销：{self.because}"


@dataclass(eq=False)
class SignerForbidden(Refusal):
    """A signer cannot be added to a step, or taken away from it, so."""

    code: ClassVar[str] = "E125"
    hint: ClassVar[str] = "请另选人员，或自行办理后在意见中说明。"
    operation: str
    because: str
    source: str = ""

    @property
    def article(self) -> str:
        """The step's basis."""
        return self.source

    def __str__(self) -> str:
        return f"不能{self.operation}：{self.because}"


@dataclass(eq=False)
class SupplementForbidden(Refusal):
    """The applicant cannot be asked to complete his form."""

    code: ClassVar[str] = "E126"
    hint: ClassVar[str] = "请退回有关步骤，或用沟通询问。"
    because: str

    def __str__(self) -> str:
        return f"不能要求补正：{self.because}"


@dataclass(eq=False)
class JumpForbidden(Refusal):
    """The case could not go on from there, or a step would be passed over that must not be."""

    code: ClassVar[str] = "E128"
    hint: ClassVar[str] = "请选同一层的步骤，或对全案跳转；越过不可撤回的步骤须另行处理。"
    target: str
    because: str
    source: str = ""

    @property
    def article(self) -> str:
        """The article that forbids it."""
        return self.source

    def __str__(self) -> str:
        return f"不能跳转到“{self.target}”：{self.because}"


@dataclass(eq=False)
class NotStandingIn(Refusal):
    """Nobody has granted this person to act for the other now, or not for this work."""

    code: ClassVar[str] = "E127"
    hint: ClassVar[str] = "请由本人办理，或请管理员登记有授权文件的代理。"
    principal: str

    def __str__(self) -> str:
        return f"您现在没有代{self.principal}办理此事的授权"


@dataclass(eq=False)
class NothingToCorrect(Refusal):
    """The form was never submitted, or nothing would change."""

    code: ClassVar[str] = "E124"
    hint: ClassVar[str] = "请核对要更正的内容。"
    form: str
    because: str

    def __str__(self) -> str:
        return f"不能更正《{self.form}》：{self.because}"


@dataclass(eq=False)
class TooFewToDraw(Refusal):
    """Fewer people may be drawn than have to be."""

    code: ClassVar[str] = "E139"
    hint: ClassVar[str] = "请先在机构数据里补充人员，或核对抽取条件和回避关系。"
    step: str
    role: str
    found: int
    wanted: int

    def __str__(self) -> str:
        return f"“{self.step}”须从{self.role}中抽取{self.wanted}人，符合条件的只有{self.found}人"


@dataclass(eq=False)
class MigrationForbidden(Refusal):
    """Something that the case has open has no image in the other version, or the case could not end there."""

    code: ClassVar[str] = "E140"
    hint: ClassVar[str] = "改了名的步骤请给出“旧=新”的对应关系；其余请先办完、撤回，或让案件留在原版。"
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return f"不能迁移：{'；'.join(self.problems)}"


@dataclass(eq=False)
class ServiceIncomplete(Refusal):
    """A service (送达) lacks what would prove it."""

    code: ClassVar[str] = "E151"
    hint: ClassVar[str] = "请补齐后再登记；送达回证要有签收人或者拒收的记明。"
    document: str
    lacks: tuple[Lack, ...]

    def __str__(self) -> str:
        return f"《{self.document}》的送达还不完整：{'；'.join(lack.text for lack in self.lacks)}"

    @property
    def article(self) -> str:
        """The articles on the ways of service."""
        return "、".join(dict.fromkeys(lack.article for lack in self.lacks))
