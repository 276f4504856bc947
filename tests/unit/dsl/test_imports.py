"""Files that belong together: imports, shared vocabularies, processes and events across files."""

from pathlib import Path

from dsl import compile_paths
from dsl.compile import compile_sources
from dsl.source import Source
from tests.unit.dsl.building import HEAD, LAST, PROCESS, a_step, a_text


def test_引用的声明可以用_引用也会传递() -> None:
    files = [
        Source("words.flow", HEAD),
        Source("middle.flow", "引用 words\n"),
        Source("process.flow", "引用 middle\n" + PROCESS + LAST),
    ]
    assert compile_sources(files).findings == ()


def test_没有引用的声明不能用() -> None:
    files = [Source("words.flow", HEAD), Source("process.flow", PROCESS + LAST)]
    assert {finding.code for finding in compile_sources(files).findings} == {"N15", "R01"}


def test_触发别的文件的规程不必引用() -> None:
    steps = a_step("受理", "完成后 触发 另案（事由 = 登记.名称）")
    other = "角色 甲\n表单 事由单\n  事由：文本 必填\n\n规程 另案\n  版本 “1”\n  依据 《某办法》第一条\n  启动 表单 事由单\n"
    other += a_step("办理", "完成后 办结").replace("审核员", "甲")
    files = [Source("one.flow", a_text(steps=steps)), Source("two.flow", other)]
    assert compile_sources(files).findings == ()


def test_对方的枚举取值要都在() -> None:
    steps = a_step("受理", "完成后 触发 另案（级别 = 登记.等级）")
    other = "角色 甲\n枚举 级别：重大、轻微\n表单 事由单\n  级别：级别 必填\n\n规程 另案\n  版本 “1”\n  依据 《某办法》第一条\n  启动 表单 事由单\n"
    other += a_step("办理", "完成后 办结").replace("审核员", "甲")
    files = [Source("one.flow", a_text(steps=steps)), Source("two.flow", other)]
    assert [finding.code for finding in compile_sources(files).findings] == ["K12"]


def test_引用的文件在旁边的共用文件夹里找(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "words.flow").write_text(HEAD, "utf-8")
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "process.flow").write_text("引用 words\n" + PROCESS + LAST, "utf-8")
    compiled = compile_paths([tmp_path / "one" / "process.flow"])
    assert compiled.findings == ()
    assert compiled.sources["试办"].startswith("引用 words")


def test_同名的规程只能有一个() -> None:
    files = [Source("one.flow", a_text()), Source("two.flow", a_text())]
    assert [finding.code for finding in compile_sources(files).findings] == ["N05"]
