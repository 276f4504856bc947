"""Accounts and the state of the system, as text."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from web.town import Town


@dataclass(frozen=True, slots=True)
class UserRow:
    """An account in the list."""

    account: str
    name: str
    units: str
    posts: str
    rights: str


def user_rows(town: Town) -> tuple[UserRow, ...]:
    """People of the register, in its order."""
    return tuple(
        UserRow(
            account,
            name,
            "、".join(town.units.get(code, code) for code in town.units_of_people.get(account, ())),
            "、".join(town.posts.get(account, ())),
            _rights(town, account),
        )
        for account, name in town.people.items()
    )


def _rights(town: Town, account: str) -> str:
    held = (("管理员", account in town.administrators), ("审计", account in town.auditors))
    return "、".join(word for word, holds in held if holds)


def disk_text(folder: Path) -> tuple[str, str]:
    """State of the disk that holds a folder: class and text."""
    usage = shutil.disk_usage(folder)
    share = usage.free / usage.total
    kind = "ok" if share > 0.1 else "due"
    return kind, f"剩余 {usage.free / 1e9:.1f} GB（{share:.0%}）"


def mistakes_text(mistakes: Sequence[str]) -> str:
    """Several mistakes in one text, a line each."""
    return "\n".join(mistakes)
