"""代理: a dated, written grant by which one person acts for another while he is away. Never passed on.

Nothing is copied into work items: who stands in for whom is asked whenever an item is listed, opened or acted on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.moments import read_day


@dataclass(frozen=True, slots=True)
class Grant:
    """`delegate` acts for `principal` from a day to a day (both included), by `document`, as `grantor` allowed.

    `processes` and `roles` limit it; empty means all. Confidential fields open only to the delegate's own roles.
    """

    principal: str
    delegate: str
    valid_from: date
    valid_until: date
    document: str
    grantor: str
    processes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def holds_on(self, day: date) -> bool:
        """Tell whether the grant is in force on a day."""
        return self.valid_from <= day <= self.valid_until

    def covers(self, process: str, roles: tuple[str, ...]) -> bool:
        """Tell whether the grant covers work of one of these roles in a process; no roles: any work."""
        of_process = not self.processes or process in self.processes
        return of_process and (not self.roles or not roles or not set(roles).isdisjoint(self.roles))


def read_grant(entry: Mapping[str, Any]) -> Grant:
    """Read the JSON form.

    Raises:
        KeyError, ValueError: something is missing, or is no day.
    """
    first, last = read_day(entry["from"]), read_day(entry["until"])
    if first is None or last is None:
        raise ValueError("代理须写明起止日期")
    return Grant(
        entry["principal"],
        entry["delegate"],
        first,
        last,
        entry["document"],
        entry["grantor"],
        tuple(entry.get("processes", ())),
        tuple(entry.get("roles", ())),
    )


def write_grant(grant: Grant) -> dict[str, object]:
    """Write the JSON form."""
    written: dict[str, object] = {
        "principal": grant.principal,
        "delegate": grant.delegate,
        "from": grant.valid_from.isoformat(),
        "until": grant.valid_until.isoformat(),
        "document": grant.document,
        "grantor": grant.grantor,
    }
    limits = {"processes": list(grant.processes), "roles": list(grant.roles)}
    return written | {name: names for name, names in limits.items() if names}


def grant_mistakes(grants: tuple[Grant, ...], accounts: set[str], names: Mapping[str, str]) -> Iterator[str]:
    """Say what is wrong with grants: unknown people, oneself, no paper, an impossible period."""
    for grant in grants:
        who = f"{names.get(grant.principal, grant.principal)}的代理"
        for account in (grant.principal, grant.delegate, grant.grantor):
            if account not in accounts:
                yield f"{who}：账号“{account}”没有登记"
        if grant.principal == grant.delegate:
            yield f"{who}不能是本人"
        if not grant.document:
            yield f"{who}没有写授权文件"
        if grant.valid_until < grant.valid_from:
            yield f"{who}的截止日期早于开始日期"
