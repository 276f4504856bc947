"""People, units and duties of the town as pages need them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.directory import ENTERPRISE, Directory, Organisation
from engine.sides import same_side

UNIT_KINDS = ("村", ENTERPRISE, "站所", "镇", "外部")


@dataclass(frozen=True, slots=True)
class Town:
    """Names by code and who may do what, read from the organisation register."""

    people: Mapping[str, str]
    units: Mapping[str, str]
    unit_kinds: Mapping[str, str]
    units_of_people: Mapping[str, tuple[str, ...]]
    posts: Mapping[str, tuple[str, ...]]  # account -> posts as shown: 网格员（陈庄村）
    scopes: Mapping[str, tuple[str, ...]]  # account -> codes of the villages and units of its posts
    firms: Mapping[str, tuple[str, ...]]  # account -> enterprises, of people who belong to nothing else
    administrators: frozenset[str]
    auditors: frozenset[str]

    @staticmethod
    def read(organisation: Organisation) -> "Town":
        """Index the register."""
        directory = Directory(organisation)
        units = {unit.code: unit.name for unit in organisation.units}
        posts: dict[str, list[str]] = {}
        scopes: dict[str, list[str]] = {}
        for post in organisation.posts:
            scope = units.get(post.scope or "", post.scope or "")
            posts.setdefault(post.account, []).append(f"{post.role}（{scope}）" if scope else post.role)
            scopes.setdefault(post.account, []).append(post.scope or "")
        return Town(
            people={person.account: person.name for person in organisation.people},
            units=units,
            unit_kinds={unit.code: unit.kind for unit in organisation.units},
            units_of_people={person.account: person.units for person in organisation.people},
            posts={account: tuple(found) for account, found in posts.items()},
            scopes={account: tuple(filter(None, found)) for account, found in scopes.items()},
            firms={person.account: directory.firms_of(person.account) for person in organisation.people},
            administrators=frozenset(organisation.administrators),
            auditors=frozenset(organisation.auditors),
        )

    def villages(self) -> tuple[tuple[str, str], ...]:
        """Codes and names of the villages."""
        return _pairs([code for code, kind in self.unit_kinds.items() if kind == "村"], self.units)

    def people_groups(
        self, account: str, *, own_side: bool = False
    ) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """People under the name of their first unit, each with the posts held.

        Whoever belongs to an enterprise is shown nobody of another; `own_side`: nobody of the town either, nor are those
        of the town shown anybody of an enterprise.
        """
        groups: dict[str, list[tuple[str, str]]] = {}
        mine = self.firms.get(account, ())
        for other, name in self.people.items():
            theirs = self.firms[other]
            if not same_side(mine, theirs) and (own_side or (mine and theirs)):
                continue
            unit = next(iter(self.units_of_people.get(other, ())), "")
            posts = "、".join(self.posts.get(other, ()))
            groups.setdefault(self.units.get(unit, "未登记单位"), []).append(
                (other, f"{name} {posts}" if posts else name)
            )
        return tuple((unit, tuple(people)) for unit, people in groups.items())

    def unit_groups(self, account: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """Units by kind, the person's own (by unit or by territory of a post) first."""
        own = {*self.units_of_people.get(account, ()), *self.scopes.get(account, ())}
        groups = [("与我有关", _pairs([code for code in self.units if code in own], self.units))]
        for kind in dict.fromkeys((*UNIT_KINDS, *self.unit_kinds.values())):
            codes = [code for code, its in self.unit_kinds.items() if its == kind and code not in own]
            groups.append((kind, _pairs(codes, self.units)))
        return tuple((heading, pairs) for heading, pairs in groups if pairs)


def _pairs(codes: Sequence[str], names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((code, names[code]) for code in codes)
