"""A text with marks: ‸ is where the pointer stands."""

from dataclasses import dataclass

from dsl.editor.index import Index, Position
from dsl.editor.workspace import Workspace

SHARED = """角色 登记员、审核员：“审核隐患的人”
枚举 等级 从重到轻：重大、一般
表单 登记
  名称：文本 必填
  等级：等级 必填
  单位：单位 必填
  清单项：清单（整改项）
表单 整改项
  内容：文本 必填
"""
PROCESS = """引用 共用
规程 试办
  版本 “1”
  依据 《安全生产法》第四十一条第二款
  启动 表单 登记 承办 登记员
  数据 级别：等级 = 一般
  步骤 审核
    承办 审核员
    结论 属实、不属实
    时限 15个工作日 自 启动 不顺延
    逾期 则 催办 审核员
    若 结论 = 不属实 则 终止 “查无实据”
    否则若 登记.等级 = 重大 则 置 级别 = 重大；转 结束
  步骤 结束
    承办 登记员
    时限 1日
    逾期 则 催办 审核员
    完成后 办结
"""


@dataclass(frozen=True, slots=True)
class Marked:
    """Texts on a desk and the place of the mark."""

    index: Index
    name: str
    position: Position


def desk(*, shared: str = SHARED, process: str = PROCESS) -> Marked:
    """Put the two files on a desk; the mark, in either, is taken out."""
    texts = {"共用": shared, "甲": process}
    name = next((each for each, text in texts.items() if "‸" in text), "甲")
    before = texts[name].partition("‸")[0]
    workspace = Workspace()
    for each, text in texts.items():
        workspace.update(each, text.replace("‸", ""))
    position = Position(before.count("\n") + 1, len(before) - before.rfind("\n"))
    return Marked(Index(workspace.analysis()), name, position)


def marked(text: str, at: str) -> str:
    """Set the mark into the first stretch of a text that reads so: 承办 审‸核员."""
    bare = at.replace("‸", "")
    assert bare in text, bare
    return text.replace(bare, at, 1)
