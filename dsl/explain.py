"""What a finding means and how to repair it, as `anliu explain CODE` prints it."""

from collections.abc import Mapping
from typing import Final

from dsl.change_codes import CHANGE_CODES
from dsl.codes import Code, registry
from dsl.duty_codes import DUTY_CODES
from dsl.flow_codes import FLOW_CODES
from dsl.law_codes import LAW_CODES
from dsl.name_codes import NAME_CODES
from dsl.other_codes import OTHER_CODES
from dsl.recurring_codes import RECURRING_CODES
from dsl.register_codes import REGISTER_CODES
from dsl.syntax_codes import SYNTAX_CODES
from dsl.table_codes import TABLE_CODES
from dsl.template_codes import TEMPLATE_CODES

CODES: Final[Mapping[str, Code]] = registry(
    SYNTAX_CODES,
    NAME_CODES,
    FLOW_CODES,
    DUTY_CODES,
    LAW_CODES,
    RECURRING_CODES,
    TABLE_CODES,
    REGISTER_CODES,
    CHANGE_CODES,
    OTHER_CODES,
    TEMPLATE_CODES,
)


def explain(code: str) -> str:
    """The page of a finding.

    Raises:
        KeyError: when there is no such code.
    """
    entry = CODES[code.upper()]
    return (
        f"{entry.code} {entry.title}（{entry.title_en}）\n\n{entry.meaning}\n{entry.english}\n\n"
        f"错误写法：\n{_indented(entry.bad)}\n\n正确写法：\n{_indented(entry.good)}\n\n怎么改：{entry.fix}\n"
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))
