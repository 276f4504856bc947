"""Two lines of one step that both go somewhere: the second would never be come to."""

from dsl.compile import compile_text
from tests.unit.dsl.first_process import first_process


def test_两行完成后各有去向的不能部署() -> None:
    text = first_process().replace("    完成后 转 复查\n", "    完成后 转 复查\n    完成后 办结\n")
    (found,) = compile_text(text).findings
    assert (found.code, text.splitlines()[found.place.line - 1].strip()) == ("C17", "完成后 办结")


def test_去向以外的动作可以分行写() -> None:
    text = first_process().replace(
        "    完成后 转 复查\n", "    完成后 通知 站长 “已整改”\n    完成后 转 复查\n"
    )
    assert compile_text(text).findings == ()
