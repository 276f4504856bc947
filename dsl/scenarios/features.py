"""Feature files read into scenarios, with what would be misread reported line by line."""

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
        return Feature(file, file.stem, (), tuple(_unreadable(file, problem)))
    feature = document.get("feature")
    if not feature:
        return Feature(file, file.stem, (), ())
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


def _unreadable(file: Path, problem: ParserError) -> Iterator[Misreading]:
    problems = problem.errors if isinstance(problem, CompositeParserException) else [problem]
    for each in problems:
        line = each.location["line"] if isinstance(each, ParserException) else 1
        said = str(each).partition("): ")[2] or str(each)
        yield Misreading(file, line, f"读不懂这一行，它前面可能少了关键词：{said}")


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
