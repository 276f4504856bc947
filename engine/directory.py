"""The organisation: units, people, posts with territory, powers. Who holds a role, for which village or enterprise.

It is loaded as a whole and kept in versions; every answer is as of a day. Rights are always (role, scope), never a
person in a definition. A post without a dimension holds for every scope; a post for a unit holds for the units below.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from engine.edge_refusals import Malformed
from engine.grants import Grant, grant_mistakes, read_grant, write_grant
from engine.moments import read_day
from engine.occurrences import Absence, Occurrence, Tenure, excuse
from engine.values import Value

ENTERPRISE = "企业"
UNIT_KINDS = ("镇", "站所", "村", ENTERPRISE, "外部")


@dataclass(frozen=True, slots=True)
class OrganisationUnit:
    """A unit, village, enterprise or outside authority; `parent` is the code of the unit above."""

    code: str
    name: str
    kind: str
    parent: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """A person with an account, the units he belongs to, his certificate number and his superior, if any."""

    account: str
    name: str
    units: tuple[str, ...] = ()
    certificate: str = ""
    superior: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A role held by an account, for a scope of a dimension, from a day to a day (both included)."""

    role: str
    account: str
    dimension: str | None = None
    scope: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the post is held on a day."""
        return _within(day, self.valid_from, self.valid_until)


@dataclass(frozen=True, slots=True)
class HeldPower:
    """A power held by law or by the written delegation `document`, for `matter`, used in the name of an organ."""

    power: str
    document: str = ""
    matter: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    in_name_of: str = ""  # who delegated it; empty: the town's own


@dataclass(frozen=True, slots=True)
class Organisation:
    """Everything that `anliu org import` reads from one JSON file."""

    units: tuple[OrganisationUnit, ...] = ()
    people: tuple[Person, ...] = ()
    posts: tuple[Post, ...] = ()
    powers: tuple[HeldPower, ...] = ()
    administrators: tuple[str, ...] = ()
    auditors: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    absences: tuple[Absence, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Organisation":
        """Read the JSON form and check it.

        Raises:
            Malformed: every unknown account, unit or kind, and every double, at once.
        """
        try:
            organisation = cls(
                tuple(_unit(entry) for entry in data.get("units", ())),
                tuple(_person(entry) for entry in data.get("people", ())),
                tuple(_post(entry) for entry in data.get("posts", ())),
                tuple(_power(entry) for entry in data.get("powers", ())),
                tuple(str(account) for account in data.get("administrators", ())),
                tuple(str(account) for account in data.get("auditors", ())),
                tuple(read_grant(entry) for entry in data.get("grants", ())),
                tuple(_absence(entry) for entry in data.get("absences", ())),
            )
        except KeyError as error:
            raise Malformed("组织机构", (f"缺少项目 {error.args[0]}",)) from error
        except (TypeError, ValueError, AttributeError) as error:
            raise Malformed("组织机构", (str(error),)) from error
        organisation.check()
        return organisation

    def check(self) -> None:
        """Refuse an organisation that contradicts itself.

        Raises:
            Malformed: with every mistake.
        """
        mistakes = tuple(_mistakes(self))
        if mistakes:
            raise Malformed("组织机构", mistakes)

    def to_json(self) -> dict[str, Any]:
        """Write the JSON form that `from_json` reads."""
        return {
            "units": [
                _filled(code=u.code, name=u.name, kind=u.kind, parent=u.parent, attributes=dict(u.attributes))
                for u in self.units
            ],
            "people": [
                _filled(
                    account=p.account,
                    name=p.name,
                    units=list(p.units),
                    certificate=p.certificate,
                    superior=p.superior,
                )
                for p in self.people
            ],
            "posts": [
                _filled(
                    role=p.role,
                    account=p.account,
                    dimension=p.dimension,
                    scope=p.scope,
                    **_period(p.valid_from, p.valid_until),
                )
                for p in self.posts
            ],
            "powers": [
                _filled(
                    power=p.power,
                    document=p.document,
                    matter=p.matter,
                    in_name_of=p.in_name_of,
                    **_period(p.valid_from, p.valid_until),
                )
                for p in self.powers
            ],
            "administrators": list(self.administrators),
            "auditors": list(self.auditors),
            "grants": [write_grant(grant) for grant in self.grants],
            "absences": [
                _filled(account=a.account, reason=a.reason, **_period(a.first, a.last)) for a in self.absences
            ],
        }


@dataclass(frozen=True)
class Directory:
    """Answers about an organisation, as of a day where it matters."""

    organisation: Organisation
    load: int = 0

    @cached_property
    def units(self) -> Mapping[str, OrganisationUnit]:
        """Units by code."""
        return {unit.code: unit for unit in self.organisation.units}

    @cached_property
    def people(self) -> Mapping[str, Person]:
        """People by account."""
        return {person.account: person for person in self.organisation.people}

    @cached_property
    def _posts_of_role(self) -> Mapping[str, list[Post]]:
        posts: dict[str, list[Post]] = defaultdict(list)
        for post in self.organisation.posts:
            posts[post.role].append(post)
        return posts

    @cached_property
    def _posts_of_account(self) -> Mapping[str, list[Post]]:
        posts: dict[str, list[Post]] = defaultdict(list)
        for post in self.organisation.posts:
            posts[post.account].append(post)
        return posts

    @cached_property
    def _units_by_name(self) -> Mapping[str, str]:
        return {unit.name: unit.code for unit in self.organisation.units}

    def holders(self, role: str, scope: Value, day: date) -> tuple[str, ...]:
        """Return the accounts that hold a role on a day, in the order of the posts, each once.

        While the scope is not known (the village of a case that is only being reported) every holder counts.
        """
        return self._holding(role, scope if scope is None or isinstance(scope, str) else "", day)

    @cached_property
    def _holding(self) -> Callable[[str, str | None, date], tuple[str, ...]]:
        """Answers given before: every step asks who may do it, and a town has few roles and places."""
        return lru_cache(maxsize=4096)(self._held)

    def _held(self, role: str, scope: str | None, day: date) -> tuple[str, ...]:
        held = [post for post in self._posts_of_role.get(role, ()) if post.holds_on(day)]
        if scope is not None:
            wanted = set(self.scopes(scope))
            held = [post for post in held if post.scope is None or post.scope in wanted]
        return tuple(dict.fromkeys(post.account for post in held))

    def tenures(self, role: str, scoped: bool) -> tuple[Tenure, ...]:
        """Return who holds, held and will hold a role, in the order of the posts; for each scope, or all in one."""
        return tuple(
            Tenure(post.account, post.scope if scoped else None, post.valid_from, post.valid_until)
            for post in self._posts_of_role.get(role, ())
        )

    def excuse(self, role: str, occurrence: Occurrence, today: date) -> str:
        """Return why a holder of a role owes an occurrence of a duty no longer; empty when he does."""
        return excuse(
            occurrence, self.tenures(role, occurrence.scope is not None), self.organisation.absences, today
        )

    def scopes(self, scope: Value) -> Iterator[str]:
        """Yield a scope and everything it lies in: a unit and the units above it; a line of business itself."""
        if not isinstance(scope, str):
            return
        code: str | None = scope if scope in self.units else self._units_by_name.get(scope, scope)
        seen: set[str] = set()
        while code is not None and code not in seen:
            seen.add(code)
            yield code
            unit = self.units.get(code)
            if unit is not None and unit.name != code:
                yield unit.name
            code = unit.parent if unit is not None else None

    def principals(self, account: str, day: date) -> tuple[str, ...]:
        """Return the names under which items may be offered to an account on a day (see `schema.offer`)."""
        found = {f"a:{account}": None}
        for post in self._posts_of_account.get(account, ()):
            if post.holds_on(day):
                found[f"e:{post.role}"] = None
                found[f"r:{post.role}"] = None
                found[f"r:{post.role}|{post.scope or '*'}"] = None
        for code in self.units_of(account):
            found[f"u:{code}"] = None
        return tuple(found)

    def deputies(self, principal: str, process: str, roles: tuple[str, ...], day: date) -> tuple[str, ...]:
        """Return who stands in for a person on a day, for work of these roles in a process."""
        return tuple(
            dict.fromkeys(
                grant.delegate
                for grant in self.organisation.grants
                if grant.principal == principal and grant.holds_on(day) and grant.covers(process, roles)
            )
        )

    def grants_to(self, delegate: str, day: date) -> tuple[Grant, ...]:
        """Return the grants by which a person stands in for others on a day."""
        return tuple(
            grant for grant in self.organisation.grants if grant.delegate == delegate and grant.holds_on(day)
        )

    def superior(self, account: str) -> str | None:
        """Return a person's superior, as far as it is registered."""
        person = self.people.get(account)
        return person.superior if person else None

    def members(self, unit: str) -> tuple[str, ...]:
        """Return the accounts of the people of a unit."""
        return tuple(person.account for person in self.organisation.people if unit in person.units)

    def roles_of(self, account: str, day: date) -> tuple[str, ...]:
        """Return the roles an account holds on a day, each once."""
        posts = self._posts_of_account.get(account, ())
        return tuple(dict.fromkeys(post.role for post in posts if post.holds_on(day)))

    def scopes_of(self, account: str, day: date) -> frozenset[str]:
        """Return the villages, units and lines of business that an account's posts are for on a day."""
        posts = self._posts_of_account.get(account, ())
        return frozenset(post.scope for post in posts if post.scope and post.holds_on(day))

    def units_of(self, account: str) -> tuple[str, ...]:
        """Return the codes of a person's units."""
        person = self.people.get(account)
        return person.units if person else ()

    def firms_of(self, account: str) -> tuple[str, ...]:
        """Return the codes of the enterprises that a person belongs to; none when he belongs to anything else too."""
        units = self.units_of(account)
        return units if all(self.units[code].kind == ENTERPRISE for code in units) else ()

    def certificate(self, account: str) -> str | None:
        """Return the number of a person's certificate."""
        person = self.people.get(account)
        return (person.certificate or None) if person else None

    def attribute(self, unit: str, name: str) -> Value:
        """Return an attribute of a unit; its name, code, kind, parent and village are attributes too."""
        found = self.units.get(unit) or self.units.get(self._units_by_name.get(unit, ""))
        if found is None:
            return None
        if name in found.attributes:
            return found.attributes[name]
        match name:
            case "名称":
                return found.name
            case "代码":
                return found.code
            case "类别":
                return found.kind
            case "上级":
                return found.parent
            case "所在村":
                return next((code for code in self.scopes(found.code) if self._is_village(code)), None)
            case _:
                return None

    def _is_village(self, code: str) -> bool:
        unit = self.units.get(code)
        return unit is not None and unit.kind == "村"

    def has_power(self, power: str, day: date) -> bool:
        """Tell whether the organisation holds a power on a day."""
        return self.held_power(power, day) is not None

    def held_power(self, power: str, day: date) -> HeldPower | None:
        """Return by what the organisation holds a power on a day."""
        return next(
            (
                held
                for held in self.organisation.powers
                if held.power == power and _within(day, held.valid_from, held.valid_until)
            ),
            None,
        )

    def head_organ(self) -> str:
        """Return the name of the unit at the head of the tree; empty when there is none or several."""
        roots = [unit.name for unit in self.organisation.units if unit.parent is None and unit.kind == "镇"]
        return roots[0] if len(roots) == 1 else ""

    def name(self, account: str) -> str:
        """Return a person's display name; the account itself when unknown."""
        person = self.people.get(account)
        if person is not None:
            return person.name
        return "系统" if account == "system" else account

    def unit_name(self, code: str) -> str:
        """Return a unit's name; the code itself when unknown."""
        unit = self.units.get(code)
        return unit.name if unit else code

    def is_administrator(self, account: str) -> bool:
        """Tell whether an account administers the system."""
        return account in self.organisation.administrators

    def is_auditor(self, account: str) -> bool:
        """Tell whether an account may read every case."""
        return account in self.organisation.auditors


def _within(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


def _filled(**entries: object) -> dict[str, object]:
    return {key: value for key, value in entries.items() if value not in (None, "", {}, [])}


def _period(first: date | None, last: date | None) -> dict[str, object]:
    return {"from": first.isoformat() if first else None, "until": last.isoformat() if last else None}


def _unit(entry: Mapping[str, Any]) -> OrganisationUnit:
    attributes = {str(key): str(value) for key, value in entry.get("attributes", {}).items()}
    return OrganisationUnit(
        entry["code"], entry["name"], entry["kind"], entry.get("parent") or None, attributes
    )


def _person(entry: Mapping[str, Any]) -> Person:
    return Person(
        entry["account"],
        entry["name"],
        tuple(entry.get("units", ())),
        entry.get("certificate") or "",
        entry.get("superior") or None,
    )


def _post(entry: Mapping[str, Any]) -> Post:
    return Post(
        entry["role"],
        entry["account"],
        entry.get("dimension") or None,
        entry.get("scope") or None,
        read_day(entry.get("from")),
        read_day(entry.get("until")),
    )


def _absence(entry: Mapping[str, Any]) -> Absence:
    first, last = date.fromisoformat(entry["from"]), date.fromisoformat(entry["until"])
    return Absence(entry["account"], first, last, entry.get("reason") or "")


def _power(entry: Mapping[str, Any]) -> HeldPower:
    return HeldPower(
        entry["power"],
        entry.get("document") or "",
        entry.get("matter") or "",
        read_day(entry.get("from")),
        read_day(entry.get("until")),
        entry.get("in_name_of") or "",
    )


def _mistakes(organisation: Organisation) -> Iterator[str]:
    units = {unit.code for unit in organisation.units}
    accounts = {person.account for person in organisation.people}
    yield from _doubles("单位代码", (unit.code for unit in organisation.units))
    yield from _doubles("账号", (person.account for person in organisation.people))
    for unit in organisation.units:
        if unit.kind not in UNIT_KINDS:
            yield f"单位“{unit.name}”的类别应为{'、'.join(UNIT_KINDS)}之一，不是“{unit.kind}”"
        if unit.parent is not None and unit.parent not in units:
            yield f"单位“{unit.name}”的上级“{unit.parent}”没有登记"
    if "system" in accounts:
        yield "账号“system”留给系统本身，不能分配给人员"
    for person in organisation.people:
        for code in person.units:
            if code not in units:
                yield f"人员“{person.name}”的单位“{code}”没有登记"
        if person.superior is not None and person.superior not in accounts:
            yield f"人员“{person.name}”的上级“{person.superior}”没有登记"
    for post in organisation.posts:
        if post.account not in accounts:
            yield f"岗位“{post.role}”的账号“{post.account}”没有登记"
        if post.scope is not None and post.dimension in ("村", "单位") and post.scope not in units:
            yield f"岗位“{post.role}”的范围“{post.scope}”没有登记"
    for absence in organisation.absences:
        if absence.account not in accounts:
            yield f"请假记录的账号“{absence.account}”没有登记"
        if absence.last < absence.first:
            yield f"“{absence.account}”的请假止日 {absence.last} 早于起日 {absence.first}"
    for account in (*organisation.administrators, *organisation.auditors):
        if account not in accounts:
            yield f"管理员或审计员账号“{account}”没有登记"
    names = {person.account: person.name for person in organisation.people}
    yield from grant_mistakes(organisation.grants, accounts, names)


def _doubles(what: str, names: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield f"{what}“{name}”重复"
        seen.add(name)
