"""Who deploys, or loads an organisation, hears which roles nobody holds and which posts are of no role."""

from datetime import date

from dsl import compile_text
from engine.directory import Organisation
from web.staffing_notes import undeclared, unheld

PROCESS = """角色 登记员、审核员
角色 检查员 至少 2人
规程 试办
  启动 承办 登记员
  步骤 审核
    承办 审核员
    时限 3日 本地
    逾期 则 催办 审核员
  步骤 检查
    承办 检查员
    时限 3日 本地
    逾期 则 催办 审核员
    完成后 办结
"""
DEFINITIONS = compile_text(PROCESS).definitions
TODAY = date(2023, 4, 10)


def organisation(*posts: tuple[str, str]) -> Organisation:
    """People with posts (role, account)."""
    people = {account: {"account": account, "name": account.upper()} for _, account in posts}
    return Organisation.from_json(
        {
            "people": list(people.values()),
            "posts": [{"role": role, "account": account} for role, account in posts],
        }
    )


def test_roles_without_enough_holders_are_told_in_one_sentence_with_what_to_do() -> None:
    assert list(unheld(DEFINITIONS, organisation(("检查员", "a")), TODAY)) == [
        (
            "R11 还没有人担任：审核员；“检查员”只有 1 人，至少要 2 人。走到他们的步骤就没有人能办："
            "anliu org export 人员.json，在 posts 里登记，再 anliu org import 人员.json"
        )
    ]


def test_when_all_are_held_nothing_is_told() -> None:
    held = organisation(("登记员", "a"), ("审核员", "a"), ("检查员", "a"), ("检查员", "b"))
    assert list(unheld(DEFINITIONS, held, TODAY)) == []
    assert list(undeclared(held, DEFINITIONS)) == []


def test_a_misspelt_role_of_a_post_is_told_with_the_one_that_nobody_holds() -> None:
    held = organisation(("登记员", "a"), ("审合员", "b"), ("检查员", "a"))
    assert list(undeclared(held, DEFINITIONS)) == [
        "岗位的角色“审合员”（B）在已发布的规程里没有，担任它的人收不到待办。是否为“审核员”？改好后再导入一次"
    ]


def test_roles_of_processes_not_deployed_are_told_in_one_sentence() -> None:
    held = organisation(("财政所", "a"), ("值班长", "b"))
    (said,) = undeclared(held, DEFINITIONS)
    assert said.startswith("已发布的规程没有用到这些岗位的角色：财政所、值班长。请核对写法")


def test_without_a_deployed_process_that_is_said() -> None:
    assert list(undeclared(organisation(("登记员", "a")), ())) == [
        "还没有发布规程，岗位的角色名没有核对；发布时会列出没有人担任的角色"
    ]
