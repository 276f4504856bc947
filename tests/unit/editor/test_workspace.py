"""A text is kept in sections, so that a change is answered from what did not change."""

from pathlib import Path
from random import Random

import pytest

from dsl.compile import compile_sources
from dsl.editor.sections import sections
from dsl.editor.workspace import Workspace
from dsl.findings import Finding
from dsl.source import Source
from tests.unit.editor.desk import PROCESS, SHARED

LIBRARY = Path("processes")
TEXTS = {str(path): path.read_text(encoding="utf-8") for path in sorted(LIBRARY.rglob("*.flow"))}
ONE = str(LIBRARY / "listed_supervision" / "process.flow")


def of(workspace: Workspace) -> list[Finding]:
    found = workspace.analysis().findings
    return sorted((each for name in found for each in found[name]), key=repr)


def afresh(texts: dict[str, str]) -> list[Finding]:
    return sorted(compile_sources([Source(*each) for each in texts.items()]).findings, key=repr)


def test_sections_together_are_the_text() -> None:
    for name, text in TEXTS.items():
        assert "".join(part for _, part in sections(Source(name, text))) == text


def test_a_name_that_goes_on_from_the_line_above_begins_no_section() -> None:
    text = "角色 甲、\n  表单 \n表单 乙\n  事件：文本\n"

    assert [line for line, _ in sections(Source("甲", text))] == [1, 3]


def test_a_change_gives_what_the_compiler_gives() -> None:
    workspace = Workspace()
    for name, text in TEXTS.items():
        workspace.update(name, text)
    assert of(workspace) == afresh(TEXTS)
    random = Random(7)
    lines = TEXTS[ONE].splitlines(keepends=True)
    for _ in range(3):
        at = random.randrange(len(lines))
        changed = "".join(lines[:at] + lines[at + 1 :])
        workspace.update(ONE, changed)
        assert of(workspace) == afresh(TEXTS | {ONE: changed})


def test_trees_of_other_sections_are_kept_though_they_move() -> None:
    workspace = Workspace()
    workspace.update("甲", SHARED)
    (_, before), *_ = reversed(workspace.analysis().documents["甲"].sections)

    workspace.update("甲", "# 一行说明\n" + SHARED.replace("名称：文本", "名称：文本\n  电话：文本"))

    (line, after), *_ = reversed(workspace.analysis().documents["甲"].sections)
    assert after is before and line == 10


def test_findings_move_with_their_line() -> None:
    workspace = Workspace()
    workspace.update("共用", SHARED)
    workspace.update("甲", PROCESS.replace("转 结束", "转 结朿"))
    (before,) = [each for each in workspace.analysis().findings["甲"] if each.code == "N03"]

    workspace.update("甲", "\n\n" + PROCESS.replace("转 结束", "转 结朿"))

    (after,) = [each for each in workspace.analysis().findings["甲"] if each.code == "N03"]
    assert after.place.line == before.place.line + 2
    assert [edit.place.line for edit in after.fix] == [edit.place.line + 2 for edit in before.fix]


@pytest.mark.parametrize("text", ["", "\n", "规程", "# 只有说明", "\r\n角色 甲\r\n", "角色 𠮷家员\n"])
def test_any_text_is_answered(text: str) -> None:
    workspace = Workspace()
    workspace.update("甲", text)
    assert of(workspace) == afresh({"甲": text})
