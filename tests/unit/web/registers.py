"""A small register as the engine shows it, for the tests of pages and workbooks."""

from datetime import UTC, date, datetime
from decimal import Decimal

from engine.register_views import ColumnView, RegisterHead, RegisterPage, RegisterRow
from engine.values import Kind, Record, Type

NOW = datetime(2023, 4, 10, 1, 0, tzinfo=UTC)


def a_column(name: str, kind: Kind, *choices: str, sealed: bool = False, readable: bool = True) -> ColumnView:
    return ColumnView(name, Type(kind), sealed, readable, choices)


COLUMNS = (
    a_column("编号", Kind.TEXT),
    a_column("等级", Kind.ENUM, "重大", "一般"),
    a_column("金额", Kind.MONEY),
    a_column("日期", Kind.DATE),
    a_column("登记", Kind.TIME),
    a_column("举报人", Kind.TEXT, sealed=True, readable=False),
)
HEAD = RegisterHead("隐患台账", ("隐患整改",), COLUMNS, ("整改率",), (), (), "隐患整改")


def a_row(number: str = "007", amount: str = "1200.50") -> RegisterRow:
    values: Record = {
        "编号": number,
        "等级": "重大",
        "金额": Decimal(amount),
        "日期": date(2023, 4, 10),
        "登记": NOW,
        "举报人": None,
    }
    texts = {
        "编号": number,
        "等级": "重大",
        "金额": amount,
        "日期": "2023-04-10",
        "登记": "2023-04-10 09:00",
        "举报人": "（封存）",
    }
    return RegisterRow(1, "润隐〔2023〕1号", "", values, texts)


def a_page(*rows: RegisterRow, total: int | None = None, conditions: tuple[str, ...] = ()) -> RegisterPage:
    listed = rows or (a_row(),)
    return RegisterPage(HEAD, listed, len(listed) if total is None else total, conditions, NOW, None)
