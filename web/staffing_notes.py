"""What to tell whoever deploys or loads an organisation: roles that nobody holds, posts of roles that are not there."""

from collections.abc import Iterable, Iterator
from datetime import date

from dsl.report import nearest
from engine.definition import Definition
from engine.directory import Organisation
from engine.staffing import holders_on, shortages


def unheld(definitions: Iterable[Definition], organisation: Organisation, day: date) -> Iterator[str]:
    """Yield a sentence on the roles with too few holders on a day, and what to do; nothing when all are held."""
    holders = holders_on(organisation, day)
    found = {each.role: each for definition in definitions for each in shortages(definition, holders)}
    empty = [role for role, each in found.items() if not each.held]
    few = [
        f"“{role}”只有 {each.held} 人，至少要 {each.needed} 人" for role, each in found.items() if each.held
    ]
    said = [f"还没有人担任：{'、'.join(empty)}"] if empty else []
    if said or few:
        yield (
            f"R11 {'；'.join([*said, *few])}。走到他们的步骤就没有人能办："
            "anliu org export 人员.json，在 posts 里登记，再 anliu org import 人员.json"
        )


def undeclared(organisation: Organisation, definitions: Iterable[Definition]) -> Iterator[str]:
    """Yield a sentence on each role of a post that looks misspelt, and one on all others that no definition declares."""
    known = dict.fromkeys(role.name for definition in definitions for role in definition.roles)
    if not known:
        yield "还没有发布规程，岗位的角色名没有核对；发布时会列出没有人担任的角色"
        return
    strange = [role for role in dict.fromkeys(post.role for post in organisation.posts) if role not in known]
    held = {post.role for post in organisation.posts}
    near = {role: nearest(role, [each for each in known if each not in held]) for role in strange}
    for role in strange:
        if near[role]:
            yield (
                f"岗位的角色“{role}”（{_holders(organisation, role)}）在已发布的规程里没有，担任它的人收不到待办。"
                f"是否为“{near[role]}”？改好后再导入一次"
            )
    others = [role for role in strange if not near[role]]
    if others:
        yield f"已发布的规程没有用到这些岗位的角色：{'、'.join(others)}。请核对写法；规程还没有发布的，发布后才有待办"


def _holders(organisation: Organisation, role: str) -> str:
    names = {person.account: person.name for person in organisation.people}
    return "、".join(dict.fromkeys(names[post.account] for post in organisation.posts if post.role == role))
