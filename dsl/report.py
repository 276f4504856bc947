"""A list of findings that grows while a pass walks a tree."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from dsl.findings import Finding, Severity
from dsl.source import Place


@dataclass(slots=True)
class Report:
    """What a pass has found so far."""

    findings: list[Finding] = field(default_factory=list)

    def error(self, code: str, place: Place, message: str, hint: str) -> None:
        """Add a finding that blocks deployment."""
        self.findings.append(Finding(code, Severity.ERROR, message, hint, place))

    def warning(self, code: str, place: Place, message: str, hint: str) -> None:
        """Add a finding that needs a recorded reason (容许)."""
        self.findings.append(Finding(code, Severity.WARNING, message, hint, place))

    def info(self, code: str, place: Place, message: str, hint: str) -> None:
        """Add a finding that needs nothing."""
        self.findings.append(Finding(code, Severity.INFO, message, hint, place))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that looks most like the unknown one."""
    found = difflib.get_close_matches(word, list(known), 1, 0.5)
    return found[0] if found else None


def suggestion(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return 是否为“…”？ with the nearest known word, else the other hint."""
    near = nearest(word, known)
    return otherwise if near is None else f"是否为“{near}”？"
