"""The compiler under hostile texts: `python -m tests.properties.fuzz --seconds 60 --seed 1`.

Every text must be answered with findings whose places lie inside it, in time; a text that fails is written to a file.
"""

import argparse
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from random import Random
from types import FrameType
from typing import Final

from dsl.compile import compile_sources
from dsl.describing import describe
from dsl.diagram import mermaid, svg
from dsl.editor.colouring import coloured
from dsl.editor.completing import complete
from dsl.editor.folding import folds
from dsl.editor.hovering import hover
from dsl.editor.index import Index, Position
from dsl.editor.workspace import Workspace
from dsl.findings import has_errors, render_all
from dsl.format import Unreadable, format_text
from dsl.laws import LawRegister
from dsl.source import Source
from dsl.vocabulary import keywords
from tests.properties import generated

ROOT: Final = Path(__file__).parents[2]
LONGEST: Final = 60
"""Seconds of computing for one text, whatever else the machine does; what hangs takes for ever."""
_HIDDEN: Final = "\u200b\u200d\u202e\u2066\u00ad\u3164\ufeff"
_ALIKE: Final = "аеоАΑＡ力カ二ニ口ロ①⑴㎡\U00020bb7"
_SIGNS: Final = '（）、；：。|=≥≤-+×÷[]“”"「」《》`#.\t\r\n{}%\x00\\$'
_HOSTILE: Final = (
    "{{7*7}}",
    "{% for %}",
    "__import__('os')",
    "${x}",
    "';DROP",
    "{0.__class__}",
    "\\N{BULLET}",
)


def texts(random: Random) -> Iterator[tuple[str, bytes]]:
    """Hostile texts without end: what kind each is, and its bytes."""
    real = [path.read_bytes() for path in sorted(ROOT.rglob("*.flow")) if ".venv" not in path.parts]
    kinds: tuple[tuple[str, Callable[[], bytes]], ...] = (
        ("mutated bytes", lambda: _mutated_bytes(random.choice(real), random)),
        ("mutated words", lambda: mutated_words(random.choice(real).decode(), random).encode()),
        ("disguised", lambda: _disguised(random.choice(real).decode(), random).encode()),
        ("spliced", lambda: _spliced(random.choice(real), random.choice(real), random)),
        ("random bytes", lambda: random.randbytes(random.randrange(2000))),
        ("soup", lambda: _soup(random, random.randrange(1, 400)).encode()),
        ("generated", lambda: generated.text(random.randrange(10**9)).encode()),
        (
            "generated and mutated",
            lambda: mutated_words(generated.text(random.randrange(10**9)), random).encode(),
        ),
        ("nested", lambda: nested(random, random.choice((30, 200, 10_000))).encode()),
        ("hostile strings", lambda: _hostile(random.choice(real).decode(), random).encode()),
    )
    for number in count():
        if number % 500 == 499:
            yield "huge line", huge(random).encode()
        kind, make = random.choice(kinds)
        yield kind, make()


def check(data: bytes, random: Random) -> None:
    """Compile, show, format, describe, draw and ask a text as an editor would."""
    source = Source.from_bytes("x.flow", data)
    compiled = compile_sources([source])
    lines = len(source.line_starts)
    for finding in compiled.findings:
        assert 1 <= finding.place.line <= finding.place.end_line <= lines, finding
        assert finding.message and finding.hint, finding
    render_all(compiled.findings, {"x.flow": source}).encode()
    try:
        assert format_text(format_text(source.text)) == format_text(source.text)
    except Unreadable:
        assert has_errors(compiled.findings)
    if not has_errors(compiled.findings):
        for definition in compiled.definitions:
            describe(definition)
            svg(definition)
            mermaid(definition)
    workspace = Workspace()
    workspace.update("x.flow", source.text)
    index = Index(workspace.analysis())
    line = random.randint(1, lines)
    position = Position(line, random.randint(1, min(len(source.line_text(line)), 200) + 1))
    hover(index, "x.flow", position, LawRegister())
    complete(index, "x.flow", position, LawRegister())
    for word in coloured(index, "x.flow"):
        assert 1 <= word.place.line <= lines and word.place.column < word.place.end_column, word
    folds(index.analysis, "x.flow")


# ---- kinds


def _mutated_bytes(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.randint(1, 12)):
        at = random.randrange(len(changed))
        match random.randrange(3):
            case 0:
                changed[at] = random.randrange(256)
            case 1:
                del changed[at : at + random.randint(1, 40)]
            case _:
                changed[at:at] = random.randbytes(random.randint(1, 4))
        changed = changed or bytearray(b"\n")
    return bytes(changed)


def _words() -> list[str]:
    return [spelling for word in keywords().values() for spelling in word.spellings]


def mutated_words(text: str, random: Random) -> str:
    """A text with some words exchanged, doubled, cut or replaced by keywords."""
    words = text.split(" ")
    for _ in range(random.randint(1, 6)):
        at = random.randrange(len(words))
        match random.randrange(4):
            case 0:
                words[at] = random.choice(_words())
            case 1:
                words.insert(at, random.choice(words))
            case 2:
                other = random.randrange(len(words))
                words[at], words[other] = words[other], words[at]
            case _:
                words[at] = words[at][:-1]
    return " ".join(words)


def _disguised(text: str, random: Random) -> str:
    for _ in range(random.randint(1, 8)):
        at = random.randrange(len(text) + 1)
        text = text[:at] + random.choice(_HIDDEN + _ALIKE) + text[at:]
    return text


def _spliced(one: bytes, other: bytes, random: Random) -> bytes:
    return one[: random.randrange(len(one))] + other[random.randrange(len(other)) :]


def _soup(random: Random, size: int) -> str:
    pieces = [*_words(), *_SIGNS, *_HIDDEN, *_ALIKE, "7", "15日", "甲", "\n", "\n  ", " "]
    return "".join(random.choice(pieces) + random.choice(("", " ")) for _ in range(size))


def nested(random: Random, depth: int) -> str:
    """A text with so many levels of one kind of nesting, closed or not."""
    return random.choice(tuple(NESTED.values()))(depth, depth if random.random() < 0.5 else 0)


_HEAD: Final = "角色 甲\n规程 深\n  启动 承办 甲\n  步骤 一\n    承办 甲\n"
NESTED: Final[Mapping[str, Callable[[int, int], str]]] = {
    "brackets": lambda depth, closed: f"{_HEAD}    若 {'（' * depth}甲{'）' * closed} 则 办结\n",
    "negations": lambda depth, _: f"{_HEAD}    若 {'非 ' * depth}甲 则 办结\n",
    "lists": lambda depth, closed: f"{_HEAD}    若 {'全部 甲 满足（' * depth}甲{'）' * closed} 则 办结\n",
    "returns": lambda depth, _: f"{_HEAD}    若 甲 则 {'退回 一 至多 1次 超过 则 ' * depth}办结\n",
    "blocks": lambda depth, closed: (
        _HEAD
        + "".join(f"  并行 块{n}\n    分支 支{n}\n" for n in range(depth))
        + "".join(f"  汇合 块{n}\n" for n in reversed(range(closed)))
    ),
}
"""Kinds of nesting: (levels, how many of them are closed) -> text."""


def huge(random: Random) -> str:
    """A single line of five megabytes."""
    piece = random.choice(("甲", "（", "“", "、甲", "若 ", "|", "#", " ", "\u200b", "9", "每", "《"))
    return "角色 甲" + piece * (5_000_000 // len(piece))


def _hostile(text: str, random: Random) -> str:
    parts = text.split("“")
    for _ in range(random.randint(1, 6)):
        at = random.randrange(1, len(parts)) if len(parts) > 1 else 0
        parts[at] = random.choice(_HOSTILE) + parts[at]
    return "“".join(parts)


# ---- the driver


def run(seconds: float, seed: int, most: int | None = None) -> Counter[str]:
    """Check hostile texts for a time (or so many of them), and count them by kind.

    Raises:
        AssertionError: with the file that holds the text, when one is not answered as it should be.
    """
    random = Random(seed)
    done: Counter[str] = Counter()
    end = time.monotonic() + seconds
    signal.signal(signal.SIGPROF, _too_long)
    for kind, data in texts(random):
        if time.monotonic() > end or done.total() == most:
            return done
        signal.setitimer(signal.ITIMER_PROF, LONGEST)
        try:
            check(data, random)
        except (Exception, RecursionError) as problem:
            kept = Path(f"fuzz-{seed}-{done.total()}.flow")
            kept.write_bytes(data)
            raise AssertionError(f"{kind}: {problem!r}, see {kept}") from problem
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        done[kind] += 1
    raise AssertionError("texts never end")


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"more than {LONGEST} s for one text")


def main() -> None:
    """Run for the seconds and the seed given on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    done = run(asked.seconds, asked.seed)
    sys.stdout.write(f"{done.total()} texts, no crash: {dict(done)}\n")


if __name__ == "__main__":
    main()
