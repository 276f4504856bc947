"""Any text compiles to findings: damaged definitions are refused, never crash, and name a place inside the text."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.compile import compile_sources
from dsl.findings import Severity
from dsl.source import Source
from engine.definition_text import digest_of, read_definition, write_definition

FOLDER = Path("tests/data/definitions")
SHARED = Source("共用.flow", (FOLDER / "shared.flow").read_text("utf-8"))
TEXTS = [path.read_text("utf-8") for path in sorted(FOLDER.glob("*.flow")) if path.stem != "shared"]
WORDS = st.sampled_from(
    [
        "",
        "转",
        "办结",
        "若",
        "步骤",
        "一般",
        "表单",
        "3日",
        "（",
        "：",
        "、",
        "本案.",
        "承办",
        "“",
        "各",
        "取",
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A definition in which some lines were dropped, repeated, moved or had a word changed."""
    lines = draw(st.sampled_from(TEXTS)).split("\n")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.integers(0, 3)):
            case 0:
                del lines[at]
            case 1:
                lines.insert(draw(st.integers(0, len(lines))), lines[at])
            case 2:
                words = lines[at].split(" ")
                words[draw(st.integers(0, len(words) - 1))] = draw(WORDS)
                lines[at] = " ".join(words)
            case _:
                lines[at] = lines[draw(st.integers(0, len(lines) - 1))]
        lines = lines or [""]
    return "\n".join(lines)


@given(damaged())
@settings(max_examples=60, deadline=None)
def test_破损的规程只会得到诊断(text: str) -> None:
    compiled = compile_sources([SHARED, Source("x.flow", text)])
    lines = text.count("\n") + 1
    assert all(1 <= f.place.line <= lines for f in compiled.findings if f.place.source == "x.flow")
    assert compiled.ok == all(f.severity is Severity.INFO for f in compiled.findings)


@given(damaged())
@settings(max_examples=20, deadline=None)
def test_定义可以存取_与地方无关(text: str) -> None:
    once = compile_sources([SHARED, Source("x.flow", text)]).definitions
    again = compile_sources([SHARED, Source("y.flow", "# 说明\n\n" + text)]).definitions
    for one, other in zip(once, again, strict=True):
        written = write_definition(one)
        assert read_definition(written) == one
        assert digest_of(write_definition(other)) == digest_of(written)
