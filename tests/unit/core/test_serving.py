"""公告送达: a paper put up for the public counts as served when the period of the law is over, and not a day before."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.commands import Act, ServeDocument
from engine.definition import Document, Secrecy
from engine.events import DocumentServed
from engine.refusals import ServiceIncomplete
from engine.serving import (
    ANNOUNCED,
    METHOD,
    PROOF,
    Method,
    Service,
    notice_period,
    read_service,
    service_text,
)
from tests.unit.core.building import process, step
from tests.unit.core.world import World, running

ZONE = ZoneInfo("Asia/Shanghai")
PAPER = Document("决定书", Secrecy.PUBLIC, numbering="决〔{年}〕{序号}号")
WHY = "邮件退回，电话不通；公告贴于镇政府公告栏"


def issued() -> World:
    case = running(process(step("一", issues=("决定书",)), step("二"), documents=(PAPER,)))
    case.complete("一")
    return case


def announce(case: World, service: Service) -> None:
    case.do(ServeDocument(Act("经办甲"), "决定书", "当事人", complete=True, service=service))


def put_up(case: World) -> Service:
    return Service(Method.NOTICE, proof=WHY, announced=case.now.astimezone(ZONE).date())


@pytest.mark.parametrize(
    ("announced", "days", "served", "article"),
    [
        (date(2021, 12, 31), 60, date(2022, 3, 2), "《民事诉讼法》（2017年修正）第九十二条"),
        (date(2022, 1, 1), 30, date(2022, 2, 1), "《民事诉讼法》第九十五条"),
        (date(2024, 1, 31), 30, date(2024, 3, 2), "《民事诉讼法》第九十五条"),
    ],
)
def test_the_period_is_that_of_the_law_of_the_day_it_was_put_up(
    announced: date, days: int, served: date, article: str
) -> None:
    period = notice_period(announced, ZONE)
    assert (period.days, period.served, period.article) == (
        days,
        datetime(served.year, served.month, served.day, tzinfo=ZONE),
        article,
    )


def test_within_the_period_it_is_not_served() -> None:
    case = issued()
    service = put_up(case)
    case.later(days=29)
    with pytest.raises(ServiceIncomplete, match="满30日才视为送达") as refused:
        announce(case, service)
    assert refused.value.article == "《民事诉讼法》第九十五条"


def test_it_is_put_up_after_the_paper_was_issued() -> None:
    case = issued()
    early = put_up(case).announced
    assert early is not None
    case.later(days=45)
    with pytest.raises(ServiceIncomplete, match="不能早于文书签发"):
        announce(case, Service(Method.NOTICE, proof=WHY, announced=early - timedelta(days=1)))


def test_noted_later_it_is_served_when_the_period_was_over() -> None:
    case = issued()
    service = put_up(case)
    case.later(days=45)
    announce(case, service)
    assert service.announced is not None
    assert case.happened(DocumentServed)[0].at == notice_period(service.announced, ZONE).served


def test_the_day_it_was_put_up_and_why_are_asked_for() -> None:
    case = issued()
    case.later(days=45)
    with pytest.raises(ServiceIncomplete) as refused:
        announce(case, Service(Method.NOTICE))
    assert [lack.field for lack in refused.value.lacks] == [ANNOUNCED, PROOF]


def test_a_day_of_a_notice_belongs_to_no_other_way_of_service() -> None:
    case = issued()
    with pytest.raises(ServiceIncomplete, match="公告日期只用于公告送达"):
        announce(case, Service(announced=date(2023, 4, 10)))


def test_a_day_that_cannot_be_read_is_asked_for_again() -> None:
    given = {METHOD: "公告送达", PROOF: WHY, ANNOUNCED: "四月十日"}
    assert read_service(given) == Service(Method.NOTICE, proof=WHY)
    assert read_service(given | {ANNOUNCED: "2023-04-10"}) == Service(
        Method.NOTICE, proof=WHY, announced=date(2023, 4, 10)
    )


def test_the_history_tells_the_day_it_was_put_up() -> None:
    said = service_text("当事人", Service(Method.NOTICE, proof=WHY, announced=date(2023, 4, 10)))
    assert said == f"公告送达当事人，公告日期2023-04-10，{WHY}"
