"""Feature files read into scenarios, with what would be misread reported line by line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gherkin.errors import CompositeParserException, ParserError, ParserException
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

from dsl.scenarios.filling import Table
from dsl.scenarios.outcome import Unmet
from dsl.scenarios.vocabulary import STEPS
from dsl.scenarios.wording import UnbalancedQuotes

_LANGUAGE = re.compile(r"#\s*language\s*:\s*zh-CN\s*$")


@dataclass(frozen=True, slots=True)
class ScenarioStep:
    """One line of a scenario, with its table; `line` counts from 1."""

    keyword: str
    text: str
    line: int
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario with its background; each line of examples is one of its own."""

    file: Path
    feature: str
    name: str
    line: int
    steps: tuple[ScenarioStep, ...]


@dataclass(frozen=True, slots=True)
class Misreading:
    """A line that cannot be understood, or would be understood as something else."""

    file: Path
    line: int
    said: str


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature file."""

    file: Path
    name: str
    scenarios: tuple[Scenario, ...]
    misreadings: tuple[Misreading, ...]


def feature_files(paths: Sequence[Path]) -> list[Path]:
    """Return the feature files among paths and below folders; of a .flow file, those beside it."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            found |= dict.fromkeys(sorted(path.rglob("*.feature")))
        elif path.suffix == ".feature":
            found[path] = None
        else:
            found |= dict.fromkeys(sorted(path.parent.glob("*.feature")))
    return list(found)


def read_feature(file: Path) -> Feature:
    """Read a feature file; nothing of it is run when a line is misread."""
    text = file.read_text(encoding="utf-8-sig")
    try:
        document: Any = Parser().parse(text)
    except ParserError as problem:
        said = _no_beginning(file, text) or tuple(_unreadable(file, problem))
        return Feature(file, file.stem, (), said)
    feature = document.get("feature")
    if not feature:
        return Feature(file, file.stem, (), _no_beginning(file, text))
    lines = text.splitlines()
    written = {each["id"]: each for each in _written_steps(feature)}
    misread = [found for each in written.values() for found in _keyword_runs_on(file, lines, each)]
    misread += _keyword_missing(file, lines, feature)
    misread += _begins_with_and(file, feature)
    document["uri"] = str(file)
    pickles = Compiler().compile(document)
    scenarios = tuple(_scenario(file, feature["name"], pickle, written) for pickle in pickles)
    misread += [found for each in scenarios for found in _unknown(each)]
    return Feature(file, feature["name"], scenarios, tuple(dict.fromkeys(misread)))


def _no_beginning(file: Path, text: str) -> tuple[Misreading, ...]:
    """Report a file without the language or the feature in which everything stands: one sentence, not one a line."""
    lines = [line.strip() for line in text.splitlines()]
    if not any(_LANGUAGE.match(line) for line in lines):
        return (Misreading(file, 1, "没有写语言：第一行加上“# language: zh-CN”，下一行写“功能: 名称”"),)
    if not any(line.startswith("功能:") for line in lines):
        wide = next((n for n, line in enumerate(lines, start=1) if line.startswith("功能：")), None)
        if wide is not None:
            return (Misreading(file, wide, "“功能”后面的冒号要用半角“:”，背景、场景、例子也一样"),)
        return (Misreading(file, 1, "没有写功能：在“# language: zh-CN”的下一行写“功能: 名称”"),)
    return ()


def _unreadable(file: Path, problem: ParserError) -> Iterator[Misreading]:
    problems = problem.errors if isinstance(problem, CompositeParserException) else [problem]
    for each in problems:
        line = each.location["line"] if isinstance(each, ParserException) else 1
        yield Misreading(file, line, _what_to_write(str(each)))


def _what_to_write(problem: str) -> str:
    if "inconsistent cell count" in problem:
        return "表格这一行的格数和上面的不一样：每行用“|”隔开同样多的格，不填的格也要留出来"
    if "unexpected end of file" in problem:
        return "文件到这里没有写完：功能下面要有场景，场景下面要有步骤"
    got = problem.partition("got '")[2].rpartition("'")[0]
    return (
        f"读不懂“{got}”：步骤以假如、当、那么、并且、但是开头，后面空一格；"
        "场景以“场景:”开头，冒号用半角；表格每行以半角“|”开头和结尾"
    )


def _written_steps(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the steps of a feature as they stand in the file, whatever they stand in."""
    yield from node.get("steps", ())
    for child in node.get("children", ()):
        for inner in child.values():
            yield from _written_steps(inner)


def _keyword_runs_on(file: Path, lines: Sequence[str], step: Mapping[str, Any]) -> Iterator[Misreading]:
    """Report 当事人…: without a blank, the first character of a word is taken for a keyword."""
    line, keyword = step["location"]["line"], step["keyword"].strip()
    rest = lines[line - 1].strip().removeprefix(keyword)
    if not rest[:1].isspace():
        yield Misreading(file, line, f"关键词“{keyword}”后面要空一格，否则“{keyword}{rest[:4]}…”会被读错")


def _begins_with_and(file: Path, node: Mapping[str, Any]) -> Iterator[Misreading]:
    """Report a scenario or background whose first step goes on from nothing (并且): readers differ on it."""
    steps = node.get("steps", ())
    if steps and steps[0]["keywordType"] == "Conjunction":
        keyword = steps[0]["keyword"].strip()
        yield Misreading(file, steps[0]["location"]["line"], f"第一步不能用“{keyword}”，请写假如或当")
    for child in node.get("children", ()):
        for inner in child.values():
            yield from _begins_with_and(file, inner)


def _keyword_missing(file: Path, lines: Sequence[str], node: Mapping[str, Any]) -> Iterator[Misreading]:
    """Report steps without a keyword: at the beginning of a scenario they are taken for its description."""
    for said in filter(None, map(str.strip, node.get("description", "").splitlines())):
        if _is_step(said):
            at = (n for n, line in enumerate(lines, start=1) if line.strip() == said)
            line = next((n for n in at if n > node["location"]["line"]), node["location"]["line"])
            yield Misreading(file, line, f"“{said}”前面少了关键词（假如、当、那么、并且）")
    for child in node.get("children", ()):
        for inner in child.values():
            yield from _keyword_missing(file, lines, inner)


def _is_step(said: str) -> bool:
    try:
        STEPS.find(said)
    except (Unmet, UnbalancedQuotes):
        return False
    return True


def _scenario(file: Path, feature: str, pickle: Any, written: Mapping[str, Mapping[str, Any]]) -> Scenario:
    steps = tuple(_step(each, written[each["astNodeIds"][0]]) for each in pickle["steps"])
    return Scenario(file, feature, pickle["name"], pickle["location"]["line"], steps)


def _step(pickle: Mapping[str, Any], written: Mapping[str, Any]) -> ScenarioStep:
    table = pickle.get("argument", {}).get("dataTable")
    rows = [[cell["value"] for cell in row["cells"]] for row in table["rows"]] if table else None
    return ScenarioStep(written["keyword"].strip(), pickle["text"], written["location"]["line"], rows)


def _unknown(scenario: Scenario) -> Iterator[Misreading]:
    for step in scenario.steps:
        try:
            STEPS.find(step.text)
        except (Unmet, UnbalancedQuotes) as problem:
            yield Misreading(scenario.file, step.line, str(problem))
