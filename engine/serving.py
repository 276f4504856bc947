"""送达: how a paper is served on a party, and what each way needs to be proved.

Source: 民事诉讼法第八十七条至第九十五条, to which 行政处罚法第六十一条 refers.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from engine.record import Struct


class Method(StrEnum):
    """The ways of service."""

    DIRECT = "直接送达"
    LEFT = "留置送达"
    POST = "邮寄送达"
    ENTRUSTED = "委托送达"
    NOTICE = "公告送达"
    ELECTRONIC = "电子送达"


class Service(Struct):
    """One service: how, where, who signed, or why he refused before which witnesses; `proof` is what shows it.

    `announced`: the day on which a 公告 was put up.
    """

    method: Method = Method.DIRECT
    place: str = ""
    receiver: str = ""
    refusal: str = ""
    witnesses: tuple[str, ...] = ()
    proof: str = ""
    announced: date | None = None


PLAIN = Service()
"""直接送达, nothing more said."""


class Lack(Struct):
    """What a service lacks: the field, what to do, the article."""

    field: str
    text: str
    article: str


METHOD = "送达方式"
PLACE = "送达地点"
RECEIVER = "签收人"
REFUSAL = "拒收理由"
WITNESSES = "见证人"
PROOF = "送达凭据"
ANNOUNCED = "公告日期"
FIELDS = (METHOD, PLACE, RECEIVER, REFUSAL, WITNESSES, PROOF, ANNOUNCED)

_NEEDS: Mapping[Method, tuple[str, str]] = {
    Method.POST: ("写明邮寄单号，或附回执", "《民事诉讼法》第九十一条"),
    Method.ENTRUSTED: ("写明受托送达的机关和委托函", "《民事诉讼法》第九十一条"),
    Method.NOTICE: ("写明改用公告的原因和经过、公告的位置", "《民事诉讼法》第九十五条"),
    Method.ELECTRONIC: ("写明受送达人同意电子送达的凭据，或附同意书", "《民事诉讼法》第九十条"),
}


_NOTICE_PERIODS = (
    (date(2022, 1, 1), 30, "《民事诉讼法》第九十五条"),
    (date.min, 60, "《民事诉讼法》（2017年修正）第九十二条"),
)
"""Days after which a 公告 counts as service, newest text first: the day it is in force from, days, article."""


class NoticePeriod(Struct):
    """How long a 公告 runs before it is service: days, the first moment after them, the article."""

    days: int
    served: datetime
    article: str


def notice_period(announced: date, zone: tzinfo) -> NoticePeriod:
    """Return the period of a 公告 by the law of the day it was put up; that day is not counted.

    An end on a day off is not moved: whether the rule for 期间 moves this one too is unsure (待核实).

    Source: 民事诉讼法第九十五条（2017年修正的文本第九十二条）, 期间不算首日: 第八十五条.
    """
    days, article = next((days, article) for since, days, article in _NOTICE_PERIODS if announced >= since)
    served = datetime.combine(announced + timedelta(days=days + 1), time(), zone)
    return NoticePeriod(days, served, article)


def lacks(
    service: Service, issued: datetime, now: datetime, zone: tzinfo, *, has_files: bool
) -> Iterator[Lack]:
    """Yield what a service still needs.

    `issued`: when the paper was issued; `has_files`: papers or photos come with it.
    """
    if service.method is Method.NOTICE:
        yield from _notice(service.announced, issued, now, zone)
    elif service.announced is not None:
        yield Lack(ANNOUNCED, "公告日期只用于公告送达，请清空或者改选送达方式", "《民事诉讼法》第九十五条")
    if service.method is Method.LEFT:
        yield from _left(service, has_files=has_files)
        return
    if service.refusal:
        yield Lack(
            METHOD, "受送达人拒收的，改用留置送达，请见证人签名或者拍照、录像", "《民事诉讼法》第八十九条"
        )
    need = _NEEDS.get(service.method)
    if need is not None and not service.proof and not has_files:
        yield Lack(PROOF, f"{service.method}：{need[0]}", need[1])


def _notice(announced: date | None, issued: datetime, now: datetime, zone: tzinfo) -> Iterator[Lack]:
    if announced is None:
        yield Lack(ANNOUNCED, "写明公告日期，如 2023-04-10", "《民事诉讼法》第九十五条")
        return
    day = issued.astimezone(zone).date()
    if announced < day:
        yield Lack(ANNOUNCED, f"公告日期不能早于文书签发的 {day.isoformat()}", "《民事诉讼法》第九十五条")
        return
    period = notice_period(announced, zone)
    if now < period.served:
        yield Lack(
            ANNOUNCED,
            f"公告自{announced.isoformat()}起满{period.days}日才视为送达，{period.served:%Y-%m-%d}起登记",
            period.article,
        )


def served_at(service: Service, at: datetime, zone: tzinfo) -> datetime:
    """Return when a service counts: a 公告 as soon as its period is over, every other when it was done (`at`)."""
    if service.method is Method.NOTICE and service.announced is not None:
        return notice_period(service.announced, zone).served
    return at


def _left(service: Service, *, has_files: bool) -> Iterator[Lack]:
    if not service.refusal:
        yield Lack(REFUSAL, "留置送达要记明拒收的事由和日期", "《民事诉讼法》第八十九条")
    if not service.witnesses and not has_files:
        yield Lack(WITNESSES, "留置送达要有见证人签名，或者附照片、录像", "《民事诉讼法》第八十九条")


def read_service(given: Mapping[str, str]) -> Service | None:
    """Read a service from texts by field; None: there is no such way of service.

    A 公告日期 that is no date is left out: `lacks` asks for it.
    """
    texts = {name: str(text).strip() for name, text in given.items() if text}
    known = {method.value: method for method in Method}
    method = known.get(texts.get(METHOD, Method.DIRECT))
    if method is None:
        return None
    witnesses = tuple(
        filter(None, texts.get(WITNESSES, "").replace("，", "、").replace(",", "、").split("、"))
    )
    return Service(
        method,
        texts.get(PLACE, ""),
        texts.get(RECEIVER, ""),
        texts.get(REFUSAL, ""),
        witnesses,
        texts.get(PROOF, ""),
        read_day(texts.get(ANNOUNCED, "")),
    )


def read_day(text: str) -> date | None:
    """Read a day written 2023-04-10; None: it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def service_text(to: str, service: Service) -> str:
    """Say in a clause how a paper was served on somebody."""
    parts = [f"{service.method}{to}"]
    if service.receiver:
        parts.append(f"签收人{service.receiver}")
    if service.refusal:
        parts.append(f"拒收：{service.refusal}")
    if service.witnesses:
        parts.append(f"见证人{'、'.join(service.witnesses)}")
    if service.place:
        parts.append(f"地点{service.place}")
    if service.announced is not None:
        parts.append(f"公告日期{service.announced.isoformat()}")
    if service.proof:
        parts.append(service.proof)
    return "，".join(parts)
