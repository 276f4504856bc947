"""What an author waits for: a check of a file, of a whole town's definitions, the answer to a keystroke."""

import re
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from dsl import compile_text
from dsl.editor.workspace import Workspace
from dsl.grammar import parser

DEFINITIONS: Final = Path(__file__).parents[1] / "data" / "definitions"
SHORT: Final = DEFINITIONS / "hazard_short.flow"
LONG: Final = DEFINITIONS / "investigation.flow"
ROUNDS: Final = 5
_DECLARED: Final = re.compile(
    r"^(?:规程|表单|文书|判定表|枚举|角色|参数|事件|台账|统计|职权|规则|例行|实例) ([^\s：（、]+)",
    re.MULTILINE,
)
_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"


@dataclass(frozen=True, slots=True)
class Reading:
    """Seconds that something takes, its budget, and how many times the bare parse (or start) of the same takes."""

    name: str
    seconds: float
    budget: float
    ratio: float


def measure() -> list[Reading]:
    """Measure what an author waits for; medians."""
    parser()
    short = SHORT.read_text(encoding="utf-8")
    town, file = many(20), many(7)
    change, insertion = _edits(file)
    return [
        _compiled(f"{_lines(short)} lines, all checks", short, 0.03),
        _compiled(f"{_lines(town)} lines, all checks", town, 2.0),
        _cold(),
        Reading(f"one line of {_lines(file)} changed", change, 0.3, change / _parsed(file)),
        Reading(f"one line of {_lines(file)} added", insertion, 0.3, insertion / _parsed(file)),
    ]


def many(copies: int) -> str:
    """So many processes of 300 lines in one text, each with names of its own."""
    written = LONG.read_text(encoding="utf-8").replace("引用 共用\n", "")
    names = sorted(set(_DECLARED.findall(written)), key=len, reverse=True)
    texts = [(DEFINITIONS / "shared.flow").read_text(encoding="utf-8")]
    for number in range(copies):
        text, mark = written, _STEMS[number // 10] + _STEMS[number % 10]
        for name in names:
            text = re.sub(rf"(?<!\w){name}(?!\w)", name + mark, text)
        texts.append(text)
    return "\n".join(texts)


def _lines(text: str) -> int:
    return text.count("\n")


def _median(action: Callable[[], object]) -> float:
    """Seconds of computing, that of processes begun included: what else the machine does is no matter."""
    seconds = []
    for _ in range(ROUNDS):
        before = _computed()
        action()
        seconds.append(_computed() - before)
    return median(seconds)


def _computed() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def _parsed(text: str) -> float:
    """Seconds for Lark alone."""
    return _median(lambda: parser().parse(text.translate(str.maketrans("：，；（）", ":,;()")) + "\n"))


def _compiled(name: str, text: str, budget: float) -> Reading:
    seconds = _median(lambda: compile_text(text))
    return Reading(name, seconds, budget, seconds / _parsed(text))


def _cold() -> Reading:
    """`anliu check` of one file in a new process, against a process that does nothing."""
    check = "from web.cli import group; group(['check', sys.argv[1]], standalone_mode=False)"
    seconds = _median(lambda: _run("import sys; " + check, str(SHORT)))
    return Reading("anliu check, cold", seconds, 0.5, seconds / _median(lambda: _run("pass")))


def _run(program: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, check=False)


def _edits(text: str) -> tuple[float, float]:
    """Seconds from a change in the middle of a text to its findings: a word in a line, a line more."""
    workspace = Workspace()
    workspace.update("x", text)
    workspace.analysis()
    start = text.index("\n    时限 ", len(text) // 2) + 1
    end = text.index("\n", start)
    numbers = iter(range(1, 10**6))

    def write(lines: str) -> None:
        workspace.update("x", text[:start] + lines + text[end:])
        workspace.analysis()

    word = _median(lambda: write(f"    时限 {next(numbers)}日"))
    line = _median(lambda: write(f"    # {next(numbers)}\n{text[start:end]}"))
    return word, line
