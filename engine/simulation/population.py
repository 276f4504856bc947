"""The people of a replayed year: an organisation made from a description of the town, the same for the same seed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from random import Random
from typing import Any

from engine.directory import Organisation
from engine.edge_refusals import Malformed

Entry = Mapping[str, Any]
"""A part of the description, as JSON has it."""


def organisation_of(description: Entry, seed: int) -> Organisation:
    """Make an organisation.

    Args:
        description: `单位` as in an organisation file; `成批单位` so many of a kind each; `人员` groups of people, for a unit
            or for each unit of a kind, with their posts; `姓` and `名`, of which names are made; the rest as in an
            organisation file.

    Raises:
        Malformed: something is missing, of the wrong kind, or contradicts itself.
    """
    try:
        made = _Making(description, Random(seed))  # noqa: S311  # reproducible by design
        made.make()
    except (KeyError, TypeError, AttributeError) as problem:
        raise Malformed("镇的描述", (f"缺少或写错了项目 {problem}",)) from problem
    return Organisation.from_json(
        {
            "units": made.units,
            "people": made.people,
            "posts": made.posts,
            "powers": description.get("职权", ()),
            "administrators": [made.accounts[name] for name in description.get("管理员", ())],
            "auditors": [made.accounts[name] for name in description.get("审计", ())],
        }
    )


@dataclass
class _Making:
    description: Entry
    random: Random
    units: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    posts: list[Entry] = field(default_factory=list)
    accounts: dict[str, str] = field(default_factory=dict)  # by the mark that a group of one gives its person

    def make(self) -> None:
        self.units += [dict(unit) for unit in self.description["单位"]]
        for group in self.description["成批单位"]:
            self.units += self._units(group)
        names = self._names()
        for group in self.description["人员"]:
            for unit in self._units_of(group):
                for _ in range(group.get("人数", 1)):
                    self._person(group, unit, next(names))

    def _units(self, group: Entry) -> Iterator[dict[str, Any]]:
        villages = [unit["code"] for unit in self.units if unit["kind"] == "村"]
        attributes = [
            {name: value}
            for name, shares in group.get("属性", {}).items()
            for value, number in shares.items()
            for _ in range(number)
        ]
        for number in range(1, group["数"] + 1):
            found = dict(attributes[(number - 1) % len(attributes)]) if attributes else {}
            if group.get("在村里"):
                found["所在村"] = villages[(number - 1) % len(villages)]
            words = group["名称"]
            yield {
                "code": f"{group['代码']}{number:03}",
                "name": words[number - 1] if number <= len(words) else f"{group['通名']}{number}",
                "kind": group["类别"],
                "parent": group["上级"],
                "attributes": found,
            }

    def _names(self) -> Iterator[str]:
        """Yield names of people, each once."""
        names = ["".join(parts) for parts in product(self.description["姓"], self.description["名"])]
        self.random.shuffle(names)
        yield from names
        raise Malformed("镇的描述", ("“姓”和“名”太少，不够给每个人一个名字",))

    def _units_of(self, group: Entry) -> Sequence[Entry]:
        """Return the units that each get the people of a group."""
        if "单位" in group:
            return [unit for unit in self.units if unit["code"] == group["单位"]]
        wanted: Mapping[str, Sequence[str]] = group.get("仅", {})
        found = [
            unit
            for unit in self.units
            if unit["kind"] == group["每"]
            and all(unit["attributes"].get(name) in values for name, values in wanted.items())
        ]
        return found[: group.get("前", len(found))]

    def _person(self, group: Entry, unit: Entry, name: str) -> None:
        account = f"p{len(self.people) + 1:03}"
        certificate = f"{group['证号']}{len(self.people) + 1:03}" if "证号" in group else ""
        self.people.append(
            {"account": account, "name": name, "units": [unit["code"]], "certificate": certificate}
        )
        if "称" in group:
            self.accounts[group["称"]] = account
        for post in group["岗位"]:
            scopes = post.get("scopes") or (unit["code"] if post.get("本单位") else None,)
            for scope in scopes:
                held = {"role": post["role"], "account": account}
                if scope is not None:
                    held |= {"dimension": post["dimension"], "scope": scope}
                self.posts.append(held)
