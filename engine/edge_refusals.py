"""Refusals of the engine's edge: what is not found, not seen, stale, too large or not fit to be deployed. E2xx."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from engine.errors import Refusal


@dataclass(eq=False)
class TaskAlreadyDone(Refusal):
    """Somebody else closed the work item first."""

    code: ClassVar[str] = "E201"
    hint: ClassVar[str] = "请刷新待办列表；如需更正，请在案件页办理更正或申请退回。"
    step: str
    by: str
    at: datetime | None
    how: str

    def __str__(self) -> str:
        when = f"于{self.at.month}月{self.at.day}日{self.at:%H:%M}" if self.at else ""
        return f"“{self.step}”已由{self.by}{when}{self.how}"


@dataclass(eq=False)
class StaleRevision(Refusal):
    """The page is older than the work item or case: who changed what since."""

    code: ClassVar[str] = "E202"
    hint: ClassVar[str] = "请刷新页面，核对后再提交；您填写的内容可先暂存。"
    what: str
    by: str
    at: datetime | None
    change: str

    def __str__(self) -> str:
        when = f"于{self.at.month}月{self.at.day}日{self.at:%H:%M}" if self.at else ""
        return f"{self.what}在您打开之后已有变化：{self.by}{when}{self.change}"


@dataclass(eq=False)
class NotFound(Refusal):
    """There is no such case, item, version or file."""

    code: ClassVar[str] = "E203"
    hint: ClassVar[str] = "请核对编号，或从列表进入。"
    kind: str
    name: str

    def __str__(self) -> str:
        return f"没有找到{self.kind}“{self.name}”"


@dataclass(eq=False)
class NotVisible(Refusal):
    """知悉范围: the person may not see it."""

    code: ClassVar[str] = "E204"
    hint: ClassVar[str] = "如工作需要，请向案件主办人或管理员说明。"
    what: str

    def __str__(self) -> str:
        return f"{self.what}不在您的知悉范围内"


@dataclass(eq=False)
class FileTooLarge(Refusal):
    """A file is over the limit of the setting `file_limit`."""

    code: ClassVar[str] = "E205"
    hint: ClassVar[str] = "请压缩或分开上传；上限由管理员设置。"
    name: str
    limit: int

    def __str__(self) -> str:
        return f"文件“{self.name}”超过{self.limit / 1_000_000:g}MB的上限，未保存"


@dataclass(eq=False)
class StorageFull(Refusal):
    """The disk is full; nothing was written."""

    code: ClassVar[str] = "E206"
    hint: ClassVar[str] = "请联系管理员清理磁盘空间后再提交，已填内容不会丢失。"

    def __str__(self) -> str:
        return "服务器磁盘空间不足，本次操作没有保存"


@dataclass(eq=False)
class DatabaseBusy(Refusal):
    """The database stayed locked by another process, or (`lost`) it is gone, and whether it had committed is not known."""

    code: ClassVar[str] = "E207"
    hint: ClassVar[str] = "请稍候再提交一次；重复提交不会重复办理。"
    detail: str = ""
    lost: bool = False

    def __str__(self) -> str:
        return "数据库正忙，本次操作没有完成"


@dataclass(eq=False)
class FileDamaged(Refusal):
    """The stored bytes do not have the hash they are named by."""

    code: ClassVar[str] = "E208"
    hint: ClassVar[str] = "请联系管理员从备份恢复该文件。"
    name: str

    def __str__(self) -> str:
        return f"文件“{self.name}”与登记的校验值不符，可能已损坏或被改动"


@dataclass(eq=False)
class DefinitionUnsound(Refusal):
    """A definition does not pass the soundness check and is not deployed."""

    code: ClassVar[str] = "E209"
    hint: ClassVar[str] = "请按诊断修改规程后重新检查、发布。"
    name: str
    because: str

    def __str__(self) -> str:
        return f"规程“{self.name}”不能发布：{self.because}"


@dataclass(eq=False)
class UnknownAccount(Refusal):
    """There is no such account, or it was deactivated."""

    code: ClassVar[str] = "E210"
    hint: ClassVar[str] = "请核对账号；新增人员由管理员在组织机构中登记。"
    account: str

    def __str__(self) -> str:
        return f"账号“{self.account}”不存在或已停用"


@dataclass(eq=False)
class AccountExists(Refusal):
    """Accounts are unique for ever and never used again."""

    code: ClassVar[str] = "E211"
    hint: ClassVar[str] = "账号不重复使用，请换一个。"
    account: str

    def __str__(self) -> str:
        return f"账号“{self.account}”已经存在"


@dataclass(eq=False)
class PasswordTooWeak(Refusal):
    """A password is too short, or is the account itself."""

    code: ClassVar[str] = "E212"
    hint: ClassVar[str] = "请用不少于8个字符、与账号不同的口令。"

    def __str__(self) -> str:
        return "口令太短或与账号相同"


@dataclass(eq=False)
class AccountLocked(Refusal):
    """Too many wrong passwords in a row."""

    code: ClassVar[str] = "E213"
    hint: ClassVar[str] = "请到时再试，或请管理员重置口令。"
    until: datetime

    def __str__(self) -> str:
        return f"口令连续输错，账号暂停登录至{self.until:%H:%M}"


@dataclass(eq=False)
class AdministratorsOnly(Refusal):
    """Only an administrator may do this."""

    code: ClassVar[str] = "E214"
    hint: ClassVar[str] = "请联系管理员。"
    operation: str

    def __str__(self) -> str:
        return f"{self.operation}由管理员办理"


@dataclass(eq=False)
class UnknownOperation(Refusal):
    """`act` was asked for an operation that the engine does not know here."""

    code: ClassVar[str] = "E215"
    hint: ClassVar[str] = "可办操作以页面所列为准。"
    operation: str

    def __str__(self) -> str:
        return f"没有“{self.operation}”这一操作"


@dataclass(eq=False)
class Malformed(Refusal):
    """An organisation, calendar or parameter to be loaded contradicts itself: every mistake at once."""

    code: ClassVar[str] = "E216"
    hint: ClassVar[str] = "请改正所列各处后重新导入，原有内容未变。"
    what: str
    mistakes: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.what}有误：{'；'.join(self.mistakes)}"


@dataclass(eq=False)
class KeyReused(Refusal):
    """An idempotency key came back from another person, or for another case."""

    code: ClassVar[str] = "E217"
    hint: ClassVar[str] = "请刷新页面后重新提交。"
    key: str

    def __str__(self) -> str:
        return "这次提交的编号已被另一次提交使用"


@dataclass(eq=False)
class NotDeployed(Refusal):
    """A process that should start has no version in force."""

    code: ClassVar[str] = "E218"
    hint: ClassVar[str] = "请管理员先发布该规程。"
    process: str

    def __str__(self) -> str:
        return f"规程“{self.process}”没有现行版本，不能启动"


@dataclass(eq=False)
class EndlessChain(Refusal):
    """Cases start each other without a person in between."""

    code: ClassVar[str] = "E219"
    hint: ClassVar[str] = "请管理员检查各规程之间的触发条件。"
    process: str

    def __str__(self) -> str:
        return f"“{self.process}”等规程相互触发，没有尽头"


@dataclass(eq=False)
class DatabaseOutdated(Refusal):
    """The database is at another migration than the program."""

    code: ClassVar[str] = "E220"
    hint: ClassVar[str] = "请先备份，再运行 anliu db upgrade；如数据库较新，请换用新版本程序。"
    found: str
    needed: str

    def __str__(self) -> str:
        return f"数据库版本为{self.found}，程序需要{self.needed}"


@dataclass(eq=False)
class MomentImpossible(Refusal):
    """A declared moment cannot be read, or lies in the future."""

    code: ClassVar[str] = "E221"
    hint: ClassVar[str] = "请填写实际发生的日期和时间，不晚于现在。"
    given: str

    def __str__(self) -> str:
        return f"发生时间“{self.given}”无法采用"


@dataclass(eq=False)
class BackupFailed(Refusal):
    """A backup could not be written or read back."""

    code: ClassVar[str] = "E222"
    hint: ClassVar[str] = "请核对备份目录和磁盘空间后重试，现有数据未变。"
    because: str

    def __str__(self) -> str:
        return f"备份没有完成：{self.because}"


@dataclass(eq=False)
class LocksOut(Refusal):
    """The organisation to be loaded would leave the town, or whoever loads it, without an administrator."""

    code: ClassVar[str] = "E223"
    hint: ClassVar[str] = "请先用 anliu org export 导出现在的文件，在里面修改，保留管理员后再导入。"
    account: str

    def __str__(self) -> str:
        return f"导入的文件里没有管理员“{self.account}”，导入后就没有人能管理本镇了"


@dataclass(eq=False)
class DemonstrationApart(Refusal):
    """A demonstration and a real town do not share a database."""

    code: ClassVar[str] = "E224"
    hint: ClassVar[str] = "请用 ANLIU_DATABASE_URL 另指定一个数据库。"
    demo: bool

    def __str__(self) -> str:
        holds, wanted = ("正式", "演示") if self.demo else ("演示", "正式")
        return f"这个数据库里是{holds}数据，不能再放{wanted}数据"


@dataclass(eq=False)
class DatabaseUnreachable(Refusal):
    """The database cannot be opened: no such folder, no database, no server, no right."""

    code: ClassVar[str] = "E225"
    hint: ClassVar[str] = "请核对 --db 或 ANLIU_DATABASE_URL 写的地址，以及文件夹、权限或数据库服务。"
    database: str  # without its password
    because: str

    def __str__(self) -> str:
        return f"打不开数据库 {self.database}：{self.because}"


@dataclass(eq=False)
class PaperWrong(Refusal):
    """A document has mistakes and is not issued; no number was taken."""

    code: ClassVar[str] = "E231"
    hint: ClassVar[str] = "请按上面逐条改好再签发；模板的问题请管理员改模板后发布新版本。"
    document: str
    findings: tuple[str, ...]

    def __str__(self) -> str:
        return f"《{self.document}》有 {len(self.findings)} 处错误，没有签发：{'；'.join(self.findings)}"


@dataclass(eq=False)
class PaperDoubtful(Refusal):
    """A document has doubtful places; it is issued when somebody says why."""

    code: ClassVar[str] = "E232"
    hint: ClassVar[str] = "请改好再签发；确实无误的，在“办理意见”里写明理由后提交。"
    document: str
    findings: tuple[str, ...]

    def __str__(self) -> str:
        return f"《{self.document}》有 {len(self.findings)} 处要核对：{'；'.join(self.findings)}"


@dataclass(eq=False)
class DocumentVoid(Refusal):
    """The document was declared void before."""

    code: ClassVar[str] = "E233"
    hint: ClassVar[str] = "作废的文书保留文号，不能再用；需要的请重新出具一份。"
    document: str
    number: str

    def __str__(self) -> str:
        return f"《{self.document}》{self.number}已经作废"


@dataclass(eq=False)
class NumbersTaken(Refusal):
    """A series runs already, so nobody may say any more where it begins."""

    code: ClassVar[str] = "E234"
    hint: ClassVar[str] = "一个系列一年只能登记一次，而且要在编第一个号以前。"
    number: str

    def __str__(self) -> str:
        return f"这个系列本年已经编过号或者登记过起号，不能再改：{number_text(self.number)}"


def number_text(number: str) -> str:
    """Name a series by its first number."""
    return f"“{number}”起的系列"
