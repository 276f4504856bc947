"""The surface tree of clauses that many lines share: citations, people, limits, actions."""

from dataclasses import field
from typing import TypeAlias

from dsl.expressions import Expr, Name, Quantified, Ref
from dsl.source import Place
from engine.record import record
from engine.values import Span

# ---- citations, obligations, accepted findings


@record
class Article:
    """第二百三十四条之一第二款第（三）项第一目, or a chapter; absent parts are None."""

    number: int
    chapter: bool = False
    suffix: int | None = None
    paragraph: int | None = None
    item: int | None = None
    subitem: int | None = None


@record
class Citation:
    """《安全生产法》第四十一条第二款; without `law` the law of the table it stands in."""

    law: str | None
    articles: tuple[Article, ...]
    unverified: bool = False  # 待核
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Basis:
    """依据 …"""

    citations: tuple[Citation, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Fulfils:
    """落实 A08-03, …: obligations of the notice."""

    obligations: tuple[Name, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Accept:
    """容许 C09 “理由”."""

    code: Name
    reason: str
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Version:
    """版本 “2023.1”."""

    text: str
    place: Place = field(kw_only=True, compare=False, repr=False)


# ---- who


@record
class ByRole:
    """角色（范围） 至少 2人."""

    role: Name
    scope: Ref | None = None
    at_least: int | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class ByEach:
    """各 角色: one item for every holder."""

    role: Name
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class BySame:
    """同 步骤: whoever did that step."""

    step: Name
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class BySuperior:
    """办理人上级 步骤: the superior of whoever did that step."""

    step: Name
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class ByLeastBusy:
    """在办最少 角色（范围）: the holder with the fewest open items."""

    role: Name
    scope: Ref | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


Performer: TypeAlias = ByRole | ByEach | BySame | BySuperior | ByLeastBusy


@record
class Performers:
    """甲 或 乙; `joint` when written 甲、乙, which nobody reads the same way (an error of the checks)."""

    members: tuple[Performer, ...]
    joint: bool = False
    place: Place = field(kw_only=True, compare=False, repr=False)


# ---- anchors and limits


@record
class AtRef:
    """A single word is a node (its completion), a dotted one a field."""

    ref: Ref
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class AtStart:
    """启动."""

    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class AtService:
    """送达 文书."""

    document: Name
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class AtFinish:
    """办结."""

    place: Place = field(kw_only=True, compare=False, repr=False)


Anchor: TypeAlias = AtRef | AtStart | AtService | AtFinish


@record
class Deadline:
    """时限 期限 [自 锚点] [若 条件] [本地] [不顺延] [依据]; `span` is a duration, a reference or a call."""

    span: Expr
    anchor: Anchor | None = None
    condition: Expr | None = None
    local: bool = False
    rolls: bool = True
    citations: tuple[Citation, ...] = ()
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class DeadlineAt:
    """时限 至 字段, 时限 至 总时限 名称; exactly one of `moment` and `clock` is given."""

    moment: Ref | None
    clock: Name | None
    condition: Expr | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Reminder:
    """提醒 提前 3日 给 甲、乙; without `to`, whoever holds the work."""

    ahead: Span
    to: tuple[Name, ...] = ()
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Overdue:
    """逾期 [5个工作日] 则 动作."""

    after: Span | None
    actions: "Actions"
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Deemed:
    """逾期 [期限] 视为 结论 《…》第几条."""

    after: Span | None
    outcome: Name
    citations: tuple[Citation, ...] = ()
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Extension:
    """延期 至多 15日 1次 承办 甲 批准 凭 表单 出具 文书 [本地] [依据]; `times` None is once."""

    at_most: Expr
    times: int | None = None
    approvers: Performers | None = None
    proof: tuple[Name, ...] = ()
    documents: tuple[Name, ...] = ()
    local: bool = False
    citations: tuple[Citation, ...] = ()
    place: Place = field(kw_only=True, compare=False, repr=False)


# ---- actions


@record
class Argument:
    """名 = 值."""

    name: Name
    value: Expr
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Goto:
    """转 节点."""

    target: Name
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class ToJoin:
    """转 汇合."""

    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Back:
    """退回 节点 or 块.分支 [至多 2次 [超过 则 动作]]."""

    target: Ref
    limit: int | None = None
    exceeded: "Actions | None" = None
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class ResumeMain:
    """回原处."""

    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Finish:
    """办结."""

    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Abort:
    """终止 “理由”."""

    reason: str | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


EachSource: TypeAlias = Ref | Quantified


@record
class Trigger:
    """触发 规程（参数） [各 清单]; in the arguments an element is called by the last word of `each`."""

    process: Name
    arguments: tuple[Argument, ...] = ()
    each: EachSource | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Emit:
    """发出 事件（参数）."""

    event: Name
    arguments: tuple[Argument, ...] = ()
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class LinkCase:
    """关联 案号."""

    number: Ref
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Urge:
    """催办 角色."""

    to: tuple[Name, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Escalate:
    """升级 给 角色."""

    to: tuple[Name, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Notify:
    """通知 角色 [“文字”]."""

    to: tuple[Name, ...]
    text: str | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Issue:
    """出具 文书: an action, or a line of a step or duty."""

    documents: tuple[Name, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class SetValue:
    """置 数据 = 值: an action, or a line of a step."""

    target: Ref
    value: Expr
    place: Place = field(kw_only=True, compare=False, repr=False)


Move: TypeAlias = Goto | ToJoin | Back | ResumeMain | Finish | Abort
Effect: TypeAlias = Trigger | Emit | LinkCase | Urge | Escalate | Notify | Issue | SetValue
Action: TypeAlias = Move | Effect
Actions: TypeAlias = tuple[Action, ...]
