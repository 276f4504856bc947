"""改按现行版本: what a migration of running cases would do, case by case, as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.case_migration import CaseMigration
from engine.views import ImageRow

MOST = 100
"""Cases looked at and migrated at a time."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case: where its open things go, and what stands against it. `moved`: lines "kind name → image"."""

    number: str
    address: str
    origin: str
    verdict: str
    chip: str
    moved: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MigrationPage:
    """The cases that are not under the version in force, looked at with the pairs of names as typed."""

    name: str
    target: str
    head: str
    cases: tuple[CaseRow, ...]
    possible: int
    pairs: str
    reason: str
    error: str
    more: str  # address of the cases behind these


def read_pairs(text: str) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Read old=new, one a line; return the names and the lines that cannot be read."""
    found: dict[str, str] = {}
    wrong: list[str] = []
    for line in filter(None, map(str.strip, text.replace("＝", "=").splitlines())):
        old, equals, new = (part.strip() for part in line.partition("="))
        if equals and old and new:
            found[old] = new
        else:
            wrong.append(line)
    return found, tuple(wrong)


def migration_page(
    name: str,
    target: str,
    planned: Sequence[CaseMigration],
    total: int,
    pairs: str = "",
    reason: str = "",
    error: str = "",
    more: str = "",
) -> MigrationPage:
    """Make the page of a dry run; `total` counts the cases that stand on other pages too, the next of them at `more`."""
    possible = sum(each.possible for each in planned)
    part = f"，这一页 {len(planned)} 件" if total > len(planned) else ""
    told = f"{total} 件在办案件按旧版办理{part}：{possible} 件可以改，{len(planned) - possible} 件还不能。"
    head = told if total else "没有按旧版办理的在办案件。"
    return MigrationPage(name, target, head, tuple(map(_row, planned)), possible, pairs, reason, error, more)


def outcome(done: Sequence[CaseMigration]) -> str:
    """Say what became of the cases."""
    moved = sum(each.migrated for each in done)
    left = len(done) - moved
    return f"已迁移 {moved} 件" + (f"，{left} 件留在原版，原因见下。" if left else "。")


def _row(each: CaseMigration) -> CaseRow:
    return CaseRow(
        each.number,
        f"/cases/{each.case}",
        each.origin,
        "可以改" if each.possible else "不能改",
        "ok" if each.possible else "due",
        tuple(image_text(row) for row in each.rows if not row.fault),
        each.faults,
    )


def image_text(row: ImageRow) -> str:
    """Say what stands for an open thing in the other version."""
    return f"{row.kind} {row.name} → {row.image or '没有对应'}{f'（{row.note}）' if row.note else ''}"
