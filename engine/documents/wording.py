"""The sentences about papers, kept as data beside the code: an official can read them and correct an article."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from engine.definition import Demand


@dataclass(frozen=True, slots=True)
class Wording:
    """What one finding about a paper says."""

    code: str
    severity: str
    message: str
    basis: str
    hint: str


@cache
def wordings() -> Mapping[str, Wording]:
    """Return the findings of `lint.tsv` by code."""
    return {each[0]: Wording(*each) for each in _rows("lint.tsv")}


@cache
def statements() -> Mapping[Demand, str]:
    """Return what the draft of a template says for each demand."""
    return {Demand(demand): text for demand, text in _rows("statements.tsv")}


def _rows(name: str) -> Iterator[list[str]]:
    text = resources.files("engine.documents").joinpath(name).read_text(encoding="utf-8")
    return (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
