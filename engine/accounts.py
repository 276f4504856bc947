"""Accounts: unique, stable, never used again. Passwords are hashed with Argon2; every change is in the audit log."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from engine import audit, statements
from engine.commands import SYSTEM
from engine.directory import Organisation, Person
from engine.edge_refusals import (
    AccountExists,
    AccountLocked,
    AdministratorsOnly,
    PasswordTooWeak,
    UnknownAccount,
)
from engine.moments import read_optional, write_moment, write_optional
from engine.store import Session, Unit
from engine.town import Town, transact

SHORTEST = 8
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it stands; `has_password` is False until its first password is set."""

    account: str
    name: str
    has_password: bool
    must_change: bool
    administrator: bool
    auditor: bool
    active: bool


@dataclass(frozen=True)
class Accounts:
    """The accounts of a town."""

    town: Town
    hasher: PasswordHasher

    def all(self) -> tuple[Account, ...]:
        """Return every account, the deactivated ones too."""
        rows = self._session().all(statements.read_accounts)
        return tuple(
            Account(row[0], row[1], row[2] is not None, bool(row[3]), bool(row[4]), bool(row[5]), not row[6])
            for row in sorted(rows)
        )

    def add(self, account: str, name: str, by: str, password: str | None, units: tuple[str, ...]) -> None:
        """Add a person with an account.

        Raises:
            AdministratorsOnly, AccountExists, PasswordTooWeak, Malformed: an unknown unit.
        """
        require_administrator(self.town, by, "新增人员")
        hashed = None if password is None else self._hash(account, password)

        def plan(unit: Unit) -> None:
            if unit.one(statements.read_account, account=account) is not None:
                raise AccountExists(account)
            old = self.town.directory.organisation
            new = replace(old, people=(*old.people, Person(account, name, units)))
            write_organisation(self.town, unit, new, by)
            row = {"failures": 0, "locked_until": None, "must_change": 1, "password": hashed}
            unit.write(statements.write_password, account=account, **row)
            audit.record(unit, self.town.now, by, "account_added", {"account": account, "name": name})

        transact(self.town, plan)

    def set_password(self, account: str, new: str, by: str) -> None:
        """Change one's own password.

        Raises:
            AdministratorsOnly: somebody else's (`reset_password` is for administrators); PasswordTooWeak.
        """
        if by != account:
            raise AdministratorsOnly("重置他人口令")
        self._write(account, new, by, "password_changed", must_change=False)

    def reset_password(self, account: str, new: str, by: str) -> None:
        """Give a person a new password, to be changed at the next log-in.

        Raises:
            AdministratorsOnly, PasswordTooWeak, UnknownAccount
        """
        require_administrator(self.town, by, "重置口令")
        self._write(account, new, by, "password_reset", must_change=True)

    def _write(self, account: str, new: str, by: str, kind: str, *, must_change: bool) -> None:
        hashed = self._hash(account, new)

        def plan(unit: Unit) -> None:
            if unit.one(statements.read_account, account=account) is None:
                raise UnknownAccount(account)
            row = {"failures": 0, "locked_until": None, "must_change": int(must_change), "password": hashed}
            unit.write(statements.write_password, account=account, **row)
            audit.record(unit, self.town.now, by, kind, {"account": account})

        transact(self.town, plan)

    def check_password(self, account: str, password: str) -> bool:
        """Tell whether a password is right; an unknown or deactivated account has none, and takes as long.

        Raises:
            AccountLocked: wrong five times in a row; for ten minutes nothing is looked at.
        """
        row = self._session().one(statements.read_account, account=account)
        hashed = row[2] if row is not None and not row[6] else None
        until = read_optional(row[8]) if row is not None else None
        if until is not None and until > self.town.now:
            raise AccountLocked(until.astimezone(self.town.zone))
        right = self._verify(hashed or self._nobody(), password) and hashed is not None
        if row is not None:
            self._count(account, row[7], right=right)
        return right

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self.hasher.verify(hashed, password)
        except (VerifyMismatchError, InvalidHashError):
            return False

    def _nobody(self) -> str:
        """A hash that no password has; made once, so that an unknown account costs the same time."""
        cached: str | None = self.__dict__.get("_nobody_hash")
        if cached is None:
            cached = self.hasher.hash("\0")
            self.__dict__["_nobody_hash"] = cached
        return cached

    def _count(self, account: str, failures: int, *, right: bool) -> None:
        if right and failures == 0:
            return
        failures = 0 if right else failures + 1
        until = self.town.now + LOCKED_FOR if failures >= MOST_FAILURES else None

        def plan(unit: Unit) -> None:
            row = {"failures": 0 if until else failures, "locked_until": write_optional(until)}
            unit.write(statements.write_failures, account=account, **row)
            if until is not None:
                audit.record(unit, self.town.now, SYSTEM, "account_locked", {"account": account})

        transact(self.town, plan)

    def deactivate(self, account: str, by: str, reason: str) -> None:
        """Close an account for ever; what its holder did stays under his name.

        Raises:
            AdministratorsOnly, UnknownAccount
        """
        require_administrator(self.town, by, "停用账号")

        def plan(unit: Unit) -> None:
            if unit.one(statements.read_account, account=account) is None:
                raise UnknownAccount(account)
            unit.write(statements.write_inactive, account=account, inactive=1)
            audit.record(
                unit, self.town.now, by, "account_deactivated", {"account": account, "reason": reason}
            )

        transact(self.town, plan)

    def _hash(self, account: str, password: str) -> str:
        if len(password) < SHORTEST or password == account:
            raise PasswordTooWeak
        return self.hasher.hash(password)

    def _session(self) -> Session:
        return Session(self.town.store, self.town.tenant)


def require_administrator(town: Town, by: str, operation: str) -> None:
    """Refuse whoever is no administrator; before there is one, the first to come may act.

    Raises:
        AdministratorsOnly
    """
    administrators = town.directory.organisation.administrators
    if by != SYSTEM and administrators and by not in administrators:
        raise AdministratorsOnly(operation)


def write_organisation(town: Town, unit: Unit, organisation: Organisation, by: str) -> None:
    """Write a new version of the organisation, and an account for everybody in it."""
    organisation.check()
    now = write_moment(town.now)
    newest = unit.one(statements.organisation_load)
    load = ((newest[0] if newest else None) or 0) + 1
    body = json.dumps(organisation.to_json(), ensure_ascii=False, separators=(",", ":"))
    unit.write(statements.add_organisation, load=load, at=now, actor=by, body=body)
    for person in organisation.people:
        unit.write(
            statements.write_account,
            account=person.account,
            name=person.name,
            administrator=int(person.account in organisation.administrators),
            auditor=int(person.account in organisation.auditors),
            inactive=0,
            password=None,
            must_change=0,
            failures=0,
            locked_until=None,
            created=now,
        )
