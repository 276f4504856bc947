"""Features run beside definitions: what passes, how a failure reads, what was reached, and the command."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from dsl.scenarios.runner import Result, Run, open_run
from web.cli_scenarios import test as command

FLOW = """角色 登记员、审核员

表单 登记
  名称：文本 必填

规程 试办
  版本 “1”
  依据 《某办法》第一条
  案号 “试〔{年}〕{序号}号”
  启动 表单 登记 承办 登记员

  步骤 审核
    承办 审核员
    查看 登记
    结论 同意、不同意
    时限 3个工作日 本地
    逾期 则 催办 审核员
    若 结论 = 同意 则 转 归档
    否则 终止 “不同意”

  步骤 归档
    承办 登记员
    时限 1日 本地
    逾期 则 催办 登记员
    完成后 办结
"""
PEOPLE = {
    "units": [{"code": "A", "name": "甲镇", "kind": "镇"}],
    "people": [
        {"account": "wang", "name": "王一", "units": ["A"]},
        {"account": "li", "name": "李二", "units": ["A"]},
    ],
    "posts": [{"role": "登记员", "account": "wang"}, {"role": "审核员", "account": "li"}],
}
FEATURE = """# language: zh-CN
功能: 试办
  背景:
    假如 时间是 2023-04-10 09:00
    当 王一发起“试办”：
      | 字段 | 值   |
      | 名称 | 试验 |

  场景: 走到底
    当 王一试图办理“审核”，结论“同意”
    那么 系统拒绝，代码E103
    当 李二办理“审核”，结论“同意”
    并且 王一办理“归档”
    那么 案件状态是“办结”
    并且 记录链核验通过

  场景: 写错了的
    那么 案件停在“归档”

  场景: 没有想到会被拒绝
    当 王一办理“审核”，结论“同意”
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    (tmp_path / "try").mkdir()
    (tmp_path / "try" / "process.flow").write_text(FLOW, encoding="utf-8")
    (tmp_path / "try" / "scenarios.feature").write_text(FEATURE, encoding="utf-8")
    (tmp_path / "try" / "organisation.json").write_text(json.dumps(PEOPLE), encoding="utf-8")
    days = {"days_off": ["04-05"], "working_weekend_days": []}
    (tmp_path / "calendar.json").write_text(json.dumps({"days": {"2023": days}}), encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(library: Path) -> Run:
    return open_run([library / "try"])


@pytest.fixture
def results(run: Run) -> list[Result]:
    return list(run.results())


def test_照着写的走得通(results: list[Result]) -> None:
    assert results[0].failure is None


def test_不通过的说明应为实为和办理记录(results: list[Result]) -> None:
    failure = results[1].failure
    assert failure is not None and failure.step.line == 18
    said = failure.said
    assert "应为：“归档”" in said and "实为：“审核”" in said and "王一发起：立案，编号试〔2023〕1号" in said


def test_没有写试图而被拒绝的不通过(results: list[Result]) -> None:
    failure = results[2].failure
    assert failure is not None and "E103" in failure.said


def test_没有到达的逐项列名(run: Run, results: list[Result]) -> None:
    assert results and run.coverage.counts("试办") == (3, 6)
    assert run.coverage.missing("试办") == (
        "“审核”的第2条去向：终止",
        "步骤“审核”逾期的第1级",
        "步骤“归档”逾期的第1级",
    )


def test_命令列出每个场景并以一退出(library: Path) -> None:
    said = CliRunner().invoke(command, [str(library / "try")])
    assert said.exit_code == 1
    assert "✓ 走到底" in said.output and "✗ 写错了的" in said.output
    assert "3 个场景，1 个通过，2 个不通过" in said.output


def test_读不懂的一个也不运行(library: Path) -> None:
    feature = library / "try" / "scenarios.feature"
    feature.write_text(FEATURE.replace("记录链核验通过", "天晴了"), encoding="utf-8")
    said = CliRunner().invoke(command, [str(library / "try")])
    assert said.exit_code == 1 and "没有这样的步骤：天晴了" in said.output and "✓" not in said.output


def test_命令列出全部步骤() -> None:
    said = CliRunner().invoke(command, ["--steps"])
    assert said.exit_code == 0 and "| 案件停在{名单} |" in said.output
