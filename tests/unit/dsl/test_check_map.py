"""The table of checks is complete: every number has codes that exist, and no code is left out."""

import re
from pathlib import Path

from dsl.explain import CODES

PAGE = Path("dsl/CHECKS.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| .+? \| (.+?) \|", PAGE, re.MULTILINE)
CODE = re.compile(r"\b[A-Z]\d{2,3}\b")


def test_七十二项一项不少() -> None:
    assert [int(number) for number, _ in ROWS] == list(range(1, 73))


def test_每一项都有代码_代码都存在() -> None:
    for number, codes in ROWS:
        assert codes.split() and set(codes.split()) <= CODES.keys(), number


def test_没有漏掉的代码() -> None:
    told = set(CODE.findall(PAGE))
    families = ("S1", "E", "L")  # told together
    assert {code for code in CODES if not code.startswith(families)} <= told
