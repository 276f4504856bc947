"""Processes that were checked before, used again while nothing that they were checked against has changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from dsl.checks import check_process
from dsl.findings import Finding, Severity
from dsl.lower import Lowered, lower
from dsl.report import Report
from dsl.scope import Declared, World
from dsl.watching import Watch


@dataclass(frozen=True, slots=True)
class Checked:
    """A process lowered and checked by itself, and what was found."""

    lowered: Lowered
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Remembered:
    """A checked process with all that it depends on; the errors of reading are those near what it looked up."""

    declared: Declared
    watch: Watch
    errors: tuple[Finding, ...]
    checked: Checked


@dataclass(slots=True)
class Memo:
    """What is known of the last compilation, by process."""

    _known: dict[str, _Remembered] = field(default_factory=dict)

    def checked(self, world: World, findings: Sequence[Finding]) -> list[Checked]:
        """Lower and check each process and duty of a world, unless that was done and would give the same again.

        Args:
            findings: what reading and resolving the texts has found.
        """
        known = {}
        for name, declared in (*world.processes.items(), *world.duties.items()):
            before = self._known.get(name)
            if before is None or not _holds(before, declared, world, findings):
                before = _check(declared, world, findings)
            known[name] = before
        self._known = known
        return [each.checked for each in known.values()]


def _check(declared: Declared, world: World, findings: Sequence[Finding]) -> _Remembered:
    watch = Watch(world)
    report = Report(list(findings))
    lowered = lower(watch.declared[declared.process.name.text], watch.world, report)
    check_process(lowered, watch.world, report)
    checked = Checked(lowered, tuple(report.findings[len(findings) :]))
    return _Remembered(declared, watch, _near(declared, watch, findings), checked)


def _holds(before: _Remembered, declared: Declared, world: World, findings: Sequence[Finding]) -> bool:
    return (
        before.declared.process is declared.process
        and before.declared.scope.source == declared.scope.source
        and before.watch.would_see(world)
        and before.errors == _near(declared, before.watch, findings)
    )


def _near(declared: Declared, watch: Watch, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Errors in the texts in which something stands that the checks of a process have looked at."""
    errors = [each for each in findings if each.severity is Severity.ERROR]
    if not errors:
        return ()
    seen = (declared.process, *watch.seen())
    texts = {place.source for place in (getattr(each, "place", None) for each in seen) if place is not None}
    return tuple(each for each in errors if each.place.source in texts)
