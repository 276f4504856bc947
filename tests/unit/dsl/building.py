"""The smallest process that compiles without a finding, for tests to change one thing of."""

from dsl import Compiled, compile_text
from engine.definition import Definition, Step

HEAD = """角色 登记员、审核员
枚举 等级 从重到轻：重大、一般

表单 登记
  名称：文本 必填
  单位：单位 必填
  等级：等级 必填
  人数：人数 必填
  金额：金额 必填
  日期：日期 必填
"""
PROCESS = """
规程 试办
  版本 “1”
  依据 《某办法》第一条
  启动 表单 登记 承办 登记员
"""
LAST = """
  步骤 结束
    承办 登记员
    时限 1日
    逾期 则 催办 审核员
    完成后 办结
"""


def a_text(*, declarations: str = "", head: str = "", steps: str = "", rest: str = "") -> str:
    """Return a definition with something added: declarations, lines of the head, steps before the last, the rest."""
    return HEAD + declarations + PROCESS + head + steps + LAST + rest


def a_step(name: str, *lines: str) -> str:
    """Return a step that has everything, and some lines more."""
    own = "".join(f"    {line}\n" for line in lines)
    return f"\n  步骤 {name}\n    承办 审核员\n    时限 3个工作日\n    逾期 则 催办 审核员\n{own}"


def codes(text: str) -> list[str]:
    """Return the codes of the findings of a text, in order of place."""
    return [finding.code for finding in compile_text(text).findings]


def definition_of(text: str, name: str = "试办") -> Definition:
    """Return a definition that compiled without a finding that would stop it."""
    compiled: Compiled = compile_text(text)
    assert compiled.ok, [(finding.code, finding.message) for finding in compiled.findings]
    return next(each for each in compiled.definitions if each.name == name)


def step_of(definition: Definition, name: str) -> Step:
    """Return a step by its name."""
    found = next(node for node in definition.nodes if node.name == name)
    assert isinstance(found, Step)
    return found
