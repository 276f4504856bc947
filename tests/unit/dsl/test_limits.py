"""Any text gets an answer: large, deep, damaged, hostile."""

from dsl.findings import Finding, render_all
from dsl.parse import LARGEST, parse
from dsl.recovery import MOST
from dsl.source import Source


def codes(text: str) -> list[str]:
    return [finding.code for finding in findings(text)]


def findings(text: str) -> tuple[Finding, ...]:
    source = Source("x", text)
    found = parse(source)[1]
    render_all(found, {"x": source}).encode()
    return found


def step(line: str) -> str:
    return f"规程 试\n  步骤 一\n    承办 甲\n    {line}\n"


def test_a_text_larger_than_anyone_writes_is_refused_at_once() -> None:
    assert codes("甲" * (LARGEST + 1)) == ["S115"]
    assert codes("甲" * 5_000_000) == ["S115"]


def test_a_line_of_400_000_characters_is_one_mistake() -> None:
    assert codes("甲" * LARGEST) == ["S101"]


def test_past_fifty_mistakes_reading_stops() -> None:
    found = codes("规程 试\n  步骤 一\n" + "    承办 甲 乙\n" * 500)
    assert found == ["S104"] * MOST + ["S116"]


def test_brackets_deeper_than_anyone_reads_are_refused() -> None:
    assert codes(step(f"核对 {'（' * 5000}甲{'）' * 5000}")) == ["S121"]
    assert codes(step(f"核对 {'非 ' * 5000}甲")) == ["S121"]
    assert codes(step(f"核对 甲{' + 甲' * 5000} = 1")) == ["S121"]


def test_ten_levels_are_fine() -> None:
    assert codes(step(f"核对 {'（' * 10}甲{'）' * 10}")) == []


def test_a_thousand_terms_side_by_side_are_fine() -> None:
    assert codes(step(f"核对 甲{' 且 甲' * 1000}")) == []


def test_nested_blocks_without_end_are_all_closed() -> None:
    text = (
        "规程 试\n"
        + "并行 块\n分支 左\n" * 30
        + "步骤 一\n承办 甲\n随时 续报\n启动 承办 甲\n步骤 二\n承办 甲\n"
    )
    assert codes(text) == ["S109"] * 30


def test_a_hundred_thousand_open_blocks_or_quotations_are_no_endless_work() -> None:
    assert codes("规程 试\n" + "并行 块\n分支 左\n" * 25_000)[-1] == "S116"
    assert codes("职权 甲：" + "“\u200b”" * 100_000) == ["S104"]


def test_empty_texts_are_no_mistake() -> None:
    assert codes("") == codes("\n\n") == codes("# 只有注释") == codes("\ufeff") == codes(" \t\r\n") == []


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    text = step("时限 5日")
    assert parse(Source("x", "\ufeff" + text.replace("\n", "\r\n")))[0] == parse(Source("x", text))[0]


def test_tabs_and_a_missing_last_line_end_change_nothing() -> None:
    text = step("时限 5日")
    assert parse(Source("x", text.replace("    ", "\t").rstrip()))[0] == parse(Source("x", text))[0]


def test_what_could_not_be_read_is_remembered() -> None:
    file, _ = parse(Source("x", "规程 试\n  步骤 一\n    承办 甲 乙\n步骤 & 丙\n"))
    assert {"乙", "丙"} <= file.lost
