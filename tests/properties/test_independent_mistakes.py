"""A broken file reports every independent mistake once, each on its line, and nothing that only follows from one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.dsl.seeded import base_of, find

MISTAKES = (  # a line of the base, what stands there instead, the code
    ("步骤 定级 >> 承办 窗口", "承办 窗囗", "R01"),
    ("步骤 勘查 >> 填写 勘查", "填写勘查", "S102"),
    ("步骤 制定方案 >> 时限 3日 本地", "时限 3", "S122"),
    ("步骤 审核方案 >> 逾期 视为 同意", "逾期 视为 通过", "T03"),
    ("会签 各 专家 通过 三分之二以上", "会签 各 专家 通过 150%", "R06"),
    ("步骤 停电 >> 出具 停电通知", "出具 停电告知", "N04"),
    ("步骤 核发 >> 时限 至 总时限 全程", "时限 至 总时限 全呈", "N09"),
    ("数据 押金：金额", "数据 押金：款项", "N13"),
    ("标题 申请.名称", "标题 申请.名陈", "N02"),
    ("启动 表单 申请 承办 窗口", "启动 表单 申请 承办 窗口、审核员", "R03"),
    ("判定表 收费：金额 取 唯一", "判定表 收费：金额 取 最高", "S117"),
    ("步骤 提出改级 >> 承办 审核员", "承办 审核圆", "R01"),
    ("汇合 会审", "汇合 会商", "S119"),
    ("表单 回函 >> 文号：文本 必填", "文号：文字串 必填", "N13"),
)


@settings(deadline=None, max_examples=25)
@given(st.sets(st.sampled_from(MISTAKES), min_size=1, max_size=6))
def test_k处互不相干的错误就是k条诊断(chosen: set[tuple[str, str, str]]) -> None:
    base = base_of("permit")
    lines = base.text.split("\n")
    expected = []
    for words, instead, code in chosen:
        at = find(base.text.split("\n"), words)
        lines[at] = lines[at][: len(lines[at]) - len(lines[at].lstrip())] + instead
        expected.append((at + 1, code))
    found = [(each.place.line, each.code) for each in base.findings("\n".join(lines))]
    assert found == sorted(expected)
