"""Values that stand where an impossible one was written and reported, so that the rest of a text can be checked."""

from datetime import date
from typing import Final

from dsl.clauses import Article
from dsl.expressions import PeriodUnit
from dsl.registers import MonthDay
from engine.values import Span, Unit

NO_SPAN: Final = Span(1, Unit.DAY)
NO_PERIOD: Final = (1, PeriodUnit.MONTH)
NO_QUANTITY: Final = (1, "次")
NO_DATE: Final = date(1949, 10, 1)
NO_MONTH_DAY: Final = MonthDay(1, 1)
NO_ARTICLE: Final = Article(1)
