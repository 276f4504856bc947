"""在办最少 and 办理人上级 on a real engine: counted over all cases, written into the history, never asked again."""

from dataclasses import replace
from datetime import date

from dsl import compile_text
from engine.directory import Post
from tests.integration.town import ORGANISATION, TownAt, only_item

TEXT = """
角色 经办
角色 检查员 至少 3人

表单 申请
  事由：文本 必填

规程 检查
  版本 “1”
  启动 表单 申请 承办 经办

  步骤 检查
    承办 在办最少 检查员
    完成后 转 核准

  步骤 核准
    承办 办理人上级 检查
    完成后 办结
"""
POSTS = tuple(Post("检查员", account) for account in ("wang", "zhao", "sun"))
SUPERIORS = {"wang": "li", "zhao": "li", "sun": "li"}


def test_each_new_item_goes_to_whoever_holds_the_fewest(town: TownAt) -> None:
    people = tuple(replace(each, superior=SUPERIORS.get(each.account)) for each in ORGANISATION.people)
    organisation = replace(ORGANISATION, people=people, posts=(*ORGANISATION.posts, *POSTS))
    with town.open() as engine:
        engine.load_organisation(organisation)
        engine.deploy(
            compile_text(TEXT, "检查.flow").definitions, by="li", reason="上线", effective=date(2023, 1, 1)
        )
        cases = [engine.start("检查", by="li", form={"事由": f"第{n}件"}).id for n in range(4)]
        held = {account: engine.inbox(account).items for account in SUPERIORS}
        assert sorted(len(items) for items in held.values()) == [1, 1, 2]
        assert [len(held[account]) for account in sorted(SUPERIORS)] == [2, 1, 1]

        first = next(item for item in held["sun"] if item.case == cases[0])
        engine.complete(first.id, by="sun")
        assert only_item(engine, "li", "核准", tab="todo").startswith(f"{cases[0]}-")
        assert engine.verify().ok
