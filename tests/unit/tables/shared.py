"""The shared tables of the notice and the laws, compiled once, and asked in the words of the published vectors."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from dsl.compile import Compiled, compile_sources
from dsl.source import Source
from engine.compiled import Program
from engine.definition import Input
from engine.tables import Decision
from engine.values import Kind, Span, Unit, Value
from tests.unit.compute.case import ACase

ROOT = Path(__file__).parents[3]
SHARED = ROOT / "processes" / "shared"
DATA = ROOT / "tests" / "data"
NAMES: Mapping[str, Any] = tomllib.loads((DATA / "decision_names.toml").read_text(encoding="utf-8"))
VECTORS: list[dict[str, Any]] = json.loads((DATA / "decision_vectors.json").read_text(encoding="utf-8"))[
    "vectors"
]
TODAY = date(2026, 11, 25)

_PROCESS = """引用 {files}

角色 甲

规程 试算
  版本 “1”
  使用 {tables}
  启动 承办 甲

  步骤 填报
    承办 甲
    时限 3日 本地
    逾期 则 催办 甲
    完成后 办结
"""


@cache
def compiled() -> Compiled:
    """Compile every shared file together with a process that uses every table."""
    files = {
        path.stem: Source(str(path), path.read_text(encoding="utf-8"))
        for path in sorted(SHARED.glob("*.flow"))
    }
    tables = "、".join(table["name"] for table in NAMES["tables"].values())
    process = _PROCESS.format(files="、".join(files), tables=tables)
    return compile_sources([*files.values(), Source("trial.flow", process)])


@cache
def program() -> Program:
    """The compiled tables, ready to answer."""
    (definition,) = compiled().definitions
    return Program(definition)


@dataclass(frozen=True, slots=True)
class Question:
    """A table asked in the words of a vector."""

    table: str  # T01
    input: Mapping[str, Any]

    def ask(self, day: date = TODAY) -> Decision:
        """Read the table as of a day."""
        names = NAMES["tables"][self.table]
        table = next(each for each in program().definition.tables if each.name == names["name"])
        written = {
            chinese: self.input[english]
            for english, chinese in names["inputs"].items()
            if english in self.input
        }
        arguments = tuple(_value(written.get(each.name), each) for each in table.inputs)
        return program().decide(ACase(), table.name, arguments, day)

    def answer(self, day: date = TODAY) -> dict[str, Value]:
        """Result column -> value."""
        names = NAMES["tables"][self.table]
        table = next(each for each in program().definition.tables if each.name == names["name"])
        columns = [each.name for each in table.outputs]
        return dict(zip(columns, self.ask(day).results, strict=True))

    def expected(self, expect: Mapping[str, Any]) -> dict[str, Value]:
        """What a vector expects, in the columns and values of the table."""
        names = NAMES["tables"][self.table]
        table = next(each for each in program().definition.tables if each.name == names["name"])
        outputs = {each.name: each for each in table.outputs}
        units = names.get("unit", {})
        return {
            chinese: _value(expect[english], outputs[chinese], units.get(english))
            for english, chinese in names["outputs"].items()
            if english in expect
        }


def _value(written: Any, column: Input, unit: str | None = None) -> Value:
    if written is None:
        return None
    if isinstance(written, list):
        return tuple(_value(each, column) for each in written)
    match column.type.kind:
        case Kind.DURATION:
            return Span(written, Unit(unit or ""))
        case Kind.RATIO:
            return Decimal(str(written)) / (100 if unit == "percent" else 1)
        case Kind.MONEY | Kind.NUMBER:
            return Decimal(str(written))
        case Kind.ENUM | Kind.TEXT:
            return str(NAMES["values"].get(written, written))
        case _:
            return written  # type: ignore[no-any-return]  # numbers and yes or no are the same in JSON
