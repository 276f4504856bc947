"""A list of findings that grows while a pass walks a tree."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from dsl.expressions import Name
from dsl.findings import Edit, Finding, Severity
from dsl.source import Place

Witness: TypeAlias = tuple[str, ...]
Fix: TypeAlias = tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """What to do; `word` is what a machine may write where the finding stands."""

    text: str
    word: str | None = None


@dataclass(slots=True)
class Report:
    """What a pass has found so far."""

    findings: list[Finding] = field(default_factory=list)

    def error(
        self, code: str, place: Place, message: str, hint: str | Hint, *, witness: Witness = (), fix: Fix = ()
    ) -> None:
        """Add a finding that blocks deployment."""
        self._add(code, Severity.ERROR, place, message, hint, witness, fix)

    def undeclared(self, code: str, name: Name, message: str, hint: str | Hint, *, of: str = "") -> None:
        """Add an error that a name means nothing; of several for one name the first is shown (`said_once`).

        Args:
            of: the form or register of which it would be a part.
        """
        self._add(code, Severity.ERROR, name.place, message, hint, (), (), f"{of}.{name.text}")

    def warning(
        self, code: str, place: Place, message: str, hint: str | Hint, *, witness: Witness = (), fix: Fix = ()
    ) -> None:
        """Add a finding that needs a recorded reason (容许)."""
        self._add(code, Severity.WARNING, place, message, hint, witness, fix)

    def info(
        self, code: str, place: Place, message: str, hint: str | Hint, *, witness: Witness = (), fix: Fix = ()
    ) -> None:
        """Add a finding that needs nothing."""
        self._add(code, Severity.INFO, place, message, hint, witness, fix)

    def _add(
        self,
        code: str,
        severity: Severity,
        place: Place,
        message: str,
        hint: str | Hint,
        witness: Witness,
        fix: Fix,
        missing: str | None = None,
    ) -> None:
        if isinstance(hint, Hint):
            fix = fix or (() if hint.word is None else (Edit(place, hint.word),))
            hint = hint.text
        self.findings.append(Finding(code, severity, message, hint, place, None, witness, fix, missing))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that looks most like the unknown one."""
    import difflib  # only a mistake asks for it

    found = difflib.get_close_matches(word, list(known), 1, 0.5)
    return found[0] if found else None


def suggestion(word: str, known: Iterable[str], otherwise: str) -> Hint:
    """Return 是否为“…”？ with the nearest known word, else the other hint."""
    near = nearest(word, known)
    return Hint(otherwise) if near is None else Hint(f"是否为“{near}”？", near)
