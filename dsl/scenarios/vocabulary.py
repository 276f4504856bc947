"""All steps of scenarios, and the page that lists them."""

from dsl.scenarios import acting, asking, counting, looking, owing, preparing
from dsl.scenarios.registry import Registry, StepKind

STEPS = Registry(
    (
        preparing.TIME,
        preparing.TOWN,
        acting.STARTING,
        acting.OPERATIONS,
        asking.ASKING,
        acting.LINKED,
        owing.DUTIES,
        looking.REFUSALS,
        looking.STANDING,
        looking.LIMITS,
        looking.RECORDS,
        looking.LINKS,
        counting.REGISTERS,
    )
)

_HEAD = """# 场景步骤

`.feature` 文件用下列步骤写成。关键词（假如、当、那么、并且、但是）后面空一格；引号用 “” 或 "" 都行，多余的空格、全角半角不影响。
`{人}` 写姓名或账号；`[ ]` 里的可以不写。时间写 `2023-04-10 09:00`、`2023-04-10`、`今天前40日 09:00`（今天是场景开始的那天，演示数据则是建立的那天）、`3个工作日后`、`现在`。

操作后面的表格写表单内容，每行两格：`| 字段 | 值 |`。一步填几张表单的写 `| 表单.字段 | 值 |`；清单写 `| 发现 第1项 部位 | 储罐区 |`；
附件和照片写文件名，用顿号隔开；人员、单位写名称；金额可写 `3万元`；不填写 `（空）`。

例中的人、步骤和规程换成自己的。在人后面写“试图”，表示这一步应当被系统拒绝；下一步用“系统拒绝……”核对理由。

`anliu test 目录…` 运行这些文件；`anliu test --steps` 打印本页。
"""


def page() -> str:
    """Write the table of steps as Markdown (`dsl/SCENARIOS.md`)."""
    chapters = [
        f"\n## {chapter.title}\n\n| 步骤 | 作用 | 例 |\n|---|---|---|\n" + "".join(map(_row, chapter.steps))
        for chapter in STEPS.chapters
    ]
    return _HEAD + "".join(chapters)


def _row(kind: StepKind) -> str:
    pattern = kind.pattern.text.replace("|", "\\|")
    return f"| {pattern} | {kind.does} | {kind.example} |\n"
