"""抽取 on a real engine: the seed is the edge's own, and the exported history suffices to draw again."""

import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from dsl import compile_text
from engine.directory import Post
from engine.lots import drawn
from tests.integration.town import ORGANISATION, TownAt, only_item

TEXT = """
角色 经办
角色 检查员 至少 3人
角色 检查组 由 派组.成员

表单 举报
  被举报单位：单位 必填

表单 派组
  成员：人员名单 必填
  说明：文本

规程 抽查
  版本 “1”
  启动 表单 举报 承办 经办

  步骤 派组
    承办 经办
    抽取 派组.成员 自 检查员 满足（检查员.单位 ≠ 举报.被举报单位） 2人
    填写 派组

  步骤 检查
    承办 检查组 至少 2人
    完成后 办结
"""
POSTS = tuple(Post("检查员", account) for account in ("wang", "zhao", "sun", "qian"))


def test_the_history_suffices_to_draw_again(town: TownAt, tmp_path: Path) -> None:
    with town.open() as engine:
        engine.load_organisation(replace(ORGANISATION, posts=(*ORGANISATION.posts, *POSTS)))
        engine.deploy(
            compile_text(TEXT, "抽查.flow").definitions, by="li", reason="上线", effective=date(2023, 1, 1)
        )
        case = engine.start("抽查", by="li", form={"被举报单位": "zz"}).id
        item = only_item(engine, "li", "派组", tab="claim")
        view = engine.task(item, by="li")
        assert [field.name for form in view.forms for field in form.form.fields] == ["说明"]
        engine.complete(item, by="li", form={"说明": "即日到岗"})
        chosen = engine.case(case).forms["派组"]["成员"]
        engine.export_bundle(tmp_path / "案卷.zip", [case])
    with zipfile.ZipFile(tmp_path / "案卷.zip") as archive:
        lines = archive.read(f"cases/{case}.jsonl").decode().splitlines()
    events = [event for line in lines for event in json.loads(json.loads(line)["body"])]
    (lots,) = [event for event in events if event["kind"] == "Drawn"]
    assert lots["pool"] == ["sun", "wang", "zhao"]
    assert tuple(lots["chosen"]) == chosen == drawn(lots["pool"], lots["seed"], 2)
