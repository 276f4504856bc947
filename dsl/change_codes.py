"""Findings about what lies around a set of definitions: obligations that nothing carries out, versions before."""

from typing import Final

from dsl.codes import Code

CHANGE_CODES: Final = (
    Code(
        "M01",
        "在办案件没有去处",
        "place that is gone",
        "在办案件按开始时的版本办理。新版去掉或改名了一个步骤、并行、分支、总时限或随时，停在那里的案件就不能迁移到新版。",
        "旧版：步骤 复核 …；新版没有",
        "anliu migrate --step 复核=审核 …",
        "改名的迁移时写明对应；删去的，让那里的案件按旧版办完。",
        "The new version has no such place, so cases that stand there cannot be migrated; map the name or let them finish.",
    ),
    Code(
        "M02",
        "在办的步骤变了样",
        "place of another shape",
        "步骤还在，但换了分支、席位数、会签、承办机关或等待的事情不同，正在那里办的案件不能照样接着办。",
        "旧版：承办 专家；新版：承办 专家 至少 2人",
        "承办 专家",
        "让停在那里的案件按旧版办完，或保留原来的写法。",
        "The place has other seats, another branch or waits for something else; open work cannot go on as it stands.",
    ),
    Code(
        "M03",
        "填过的表单变了",
        "form that has changed",
        "案件里已经填过的表单，新版要有，字段的类型要能装下原来的值。",
        "旧版：金额：金额；新版：金额：文本",
        "金额：金额 …另加 金额说明：文本",
        "保留表单和字段，要变的另加。",
        "A form that cases have filled is gone, or a field is of another type; keep it and add what is new.",
    ),
    Code(
        "O01",
        "没有规程落实",
        "obligation without a process",
        "义务清单里的一句话要有人去做，但没有一个步骤、台账、例行或别的写着“落实”它。",
        "（清单有 A10-01，没有“落实 A10-01”）",
        "步骤 演练\n  落实 A10-01",
        "在落实它的地方写一行“落实”；没有可以执行的，在清单里写明原因。",
        "No definition carries out a sentence of the list; say so where it is carried out, or why nothing can be done.",
    ),
    Code(
        "O02",
        "没有这一条义务",
        "obligation that is not listed",
        "“落实”后面的编号，义务清单里没有。",
        "落实 A10-99",
        "落实 A10-01",
        "核对编号，或补进清单。",
        "The list has no obligation of this id.",
    ),
)
