"""Checks, one rule a test: what is refused, what is let pass, and that one mistake is told once."""

import pytest

from dsl import compile_text
from tests.unit.dsl.building import a_step, a_text, codes


def test_最小的规程没有提示() -> None:
    assert codes(a_text()) == []


def test_互不相干的错误一次说完() -> None:
    text = a_text(
        steps=a_step("受理", "填写 查无此表", "通知")
        .replace("承办 审核员", "承办 查无此人")
        .replace("    通知\n", "    出具 查无此文\n")
    )
    assert sorted(codes(text)) == ["N04", "N15", "R01"]


def test_一个不认识的名称只说一次() -> None:
    text = a_text(
        head="  数据 等级：查无此型\n",
        steps=a_step("受理", "置 等级 = 重大", "若 等级 = 一般 则 通知 登记员"),
    )
    assert codes(text) == ["N13"]


def test_读不懂的行不再引出缺少() -> None:
    text = a_text(steps=a_step("受理").replace("承办 审核员", "承办审核员"))
    assert codes(text) == ["S102"]


def test_不认识的去向不引出走不到() -> None:
    assert codes(a_text(steps=a_step("受理", "完成后 转 查无此步"))) == ["N03"]


class Test先写后读:
    FORM = "表单 方案\n  期限：日期 必填\n"

    def test_跳过的步骤没有填写(self) -> None:
        steps = a_step("方案", "填写 方案").replace("步骤 方案", "步骤 方案 若 登记.等级 = 重大")
        steps += a_step("实施", "核对 方案.期限 ≥ 今日")
        assert codes(a_text(declarations=self.FORM, steps=steps)) == ["D01"]

    def test_同样的条件相互对应(self) -> None:
        steps = a_step("方案", "填写 方案").replace("步骤 方案", "步骤 方案 若 登记.等级 = 重大")
        steps += a_step("实施", "若 登记.等级 = 重大 则 通知 审核员；转 结束").replace(
            "若 登记.等级 = 重大 则 通知",
            "核对 登记.等级 ≠ 重大 或 方案.期限 ≥ 今日\n    若 登记.等级 = 重大 则 通知",
        )
        assert codes(a_text(declarations=self.FORM, steps=steps)) == ["C05"]

    def test_已填在前就不算早(self) -> None:
        steps = a_step("方案", "填写 方案").replace("步骤 方案", "步骤 方案 若 登记.等级 = 重大")
        steps += a_step("实施", "若 方案 已填 且 方案.期限 ≥ 今日 则 通知 登记员", "否则 转 结束")
        assert codes(a_text(declarations=self.FORM, steps=steps)) == []

    def test_视为的路上没有填写(self) -> None:
        asked = (
            "\n  步骤 方案\n    承办 审核员\n    结论 有、无\n    填写 方案\n    时限 3日\n    逾期 视为 无\n"
        )
        assert codes(
            a_text(declarations=self.FORM, steps=asked + a_step("实施", "核对 方案.期限 ≥ 今日"))
        ) == ["D01"]

    def test_视为的结论对应自己的去路(self) -> None:
        asked = (
            "\n  步骤 方案\n    承办 审核员\n    结论 有、无\n    填写 方案\n    时限 3日\n    逾期 视为 无\n"
            "    若 结论 = 无 则 终止 “没有方案”\n    否则 转 实施\n"
        )
        assert (
            codes(a_text(declarations=self.FORM, steps=asked + a_step("实施", "核对 方案.期限 ≥ 今日"))) == []
        )

    def test_汇合以后各分支都写过(self) -> None:
        assert codes(self._with_block("")) == []

    def test_有条件的分支可能没有开(self) -> None:
        assert codes(self._with_block(" 若 登记.等级 = 重大")) == ["D01"]

    def test_随时可能改变等级_此后不能再靠它(self) -> None:
        steps = a_step("定级", "置 等级 = 登记.等级", "若 等级 = 重大 则 转 方案", "否则 转 实施")
        steps += a_step("方案", "填写 方案") + a_step("实施", "核对 等级 = 一般 或 方案.期限 ≥ 今日")
        handler = "\n  随时 升级 于 实施\n    启动 承办 登记员\n    步骤 提出\n      承办 登记员\n      时限 1日\n      逾期 则 催办 登记员\n      完成后 置 等级 = 重大；回原处\n"
        text = a_text(declarations=self.FORM, head="  数据 等级：等级 = 一般\n", steps=steps)
        assert codes(text) == []
        assert codes(text + handler) == ["D01"]

    def test_随时转去的步骤只有处处都有的东西(self) -> None:
        steps = a_step("方案", "填写 方案") + a_step("实施", "核对 方案.期限 ≥ 今日")
        handler = "\n  随时 提前\n    启动 承办 登记员\n    步骤 提出\n      承办 登记员\n      时限 1日\n      逾期 则 催办 登记员\n      完成后 转 实施\n"
        assert codes(a_text(declarations=self.FORM, steps=steps) + handler) == ["D01"]

    def _with_block(self, condition: str) -> str:
        block = f"""
  并行 处置
    分支 左{condition}
      步骤 方案
        承办 登记员
        填写 方案
        时限 1日
        逾期 则 催办 登记员
    分支 右
      步骤 报告
        承办 登记员
        时限 1日
        逾期 则 催办 登记员
  汇合 处置
"""
        return a_text(declarations=self.FORM, steps=block + a_step("实施", "核对 方案.期限 ≥ 今日"))


class Test办结条件:
    def test_这条路上不可能成立的(self) -> None:
        head = "  办结条件\n    已复核：复核 已完成\n"
        steps = a_step("受理", "若 登记.等级 = 重大 则 转 复核", "否则 转 结束") + a_step(
            "复核", "完成后 办结"
        )
        assert codes(a_text(head=head, steps=steps)) == ["G02"]

    def test_随等级放宽的(self) -> None:
        head = "  办结条件\n    已复核：登记.等级 = 一般 或 复核 已完成\n"
        steps = a_step("受理", "若 登记.等级 = 重大 则 转 复核", "否则 转 结束") + a_step(
            "复核", "完成后 办结"
        )
        assert codes(a_text(head=head, steps=steps)) == []


class Test容许:
    def test_警告写了理由就放行(self) -> None:
        text = a_text(
            steps=a_step("受理", "容许 T02 “另有台账跟踪”").replace("    逾期 则 催办 审核员\n", "")
        )
        compiled = compile_text(text)
        assert compiled.ok
        assert compiled.definitions[0].accepted == (("T02", "受理", "另有台账跟踪"),)

    def test_只管自己那一步(self) -> None:
        steps = a_step("受理", "容许 T02 “理由”") + a_step("办理").replace("    逾期 则 催办 审核员\n", "")
        assert codes(a_text(steps=steps)) == ["A01", "T02"]

    def test_没有理由的警告不放行(self) -> None:
        compiled = compile_text(a_text(steps=a_step("受理").replace("    逾期 则 催办 审核员\n", "")))
        assert not compiled.ok

    def test_提示不妨碍部署(self) -> None:
        compiled = compile_text(a_text(steps=a_step("受理", "若 登记.等级 = 重大 则 转 结束")))
        assert [finding.code for finding in compiled.findings] == ["C05"]
        assert compiled.ok


class Test类型:
    @pytest.mark.parametrize(
        ("condition", "code"),
        [
            ("登记.金额 ≥ 3000", "K01"),
            ("登记.金额 ≥ 登记.人数", "K01"),
            ("登记.日期 + 3元 ≥ 今日", "K02"),
            ("登记.名称 ≥ 3", "K01"),
            ("登记.等级 = 合格", "N11"),
            ("登记.人数 × 登记.人数 ≥ 3人", ""),
            ("登记.日期 + 5个工作日 ≥ 今日", ""),
            ("登记.日期 - 今日 ≥ 3", ""),
            ("登记.日期 ≥ 今日 + （登记.日期 - 今日） × 1个月", ""),
            ("登记.日期 ≥ 今日 + 登记.金额 × 1个月", "K02"),
            ("登记.金额 ÷ 登记.人数 ≥ 1万元", ""),
            ("登记.金额 × 15% ≥ 3000元", ""),
            ("登记.等级 属于 （重大、一般）", ""),
            ("登记.人数 介于 [3人..10人)", ""),
            ("最小（登记.金额、30万元） ≥ 1元", ""),
        ],
    )
    def test_量纲(self, condition: str, code: str) -> None:
        assert codes(a_text(steps=a_step("受理", f"核对 {condition}"))) == ([code] if code else [])


class Test保密:
    FORM = "表单 举报\n  内容：文本 必填\n  姓名：文本 保密 限 登记员 可见\n"

    def test_置数据也带着保密(self) -> None:
        text = a_text(
            declarations=self.FORM + "文书 公告 公开\n  使用 线人\n",
            head="  数据 线人：文本\n",
            steps=a_step("受理", "填写 举报", "置 线人 = 举报.姓名", "出具 公告").replace(
                "承办 审核员", "承办 登记员"
            ),
        )
        assert "P01" in codes(text)

    def test_整张表单里有保密字段也不能看(self) -> None:
        steps = a_step("受理", "填写 举报").replace("承办 审核员", "承办 登记员") + a_step(
            "办理", "查看 举报"
        )
        assert codes(a_text(declarations=self.FORM, steps=steps)) == ["P02"]

    def test_内部文书也不能用(self) -> None:
        text = a_text(
            declarations=self.FORM + "文书 函 内部\n  使用 举报.姓名\n",
            steps=a_step("受理", "填写 举报", "出具 函").replace("承办 审核员", "承办 登记员"),
        )
        assert codes(text) == ["P01"]

    def test_保密文书可以用(self) -> None:
        text = a_text(
            declarations=self.FORM + "文书 函 保密\n  使用 举报.姓名\n",
            steps=a_step("受理", "填写 举报", "出具 函").replace("承办 审核员", "承办 登记员"),
        )
        assert codes(text) == []
