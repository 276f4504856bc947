"""送达: how a paper is served on a party, and what each way needs to be proved.

Source: 民事诉讼法第八十七条至第九十五条, to which 行政处罚法第六十一条 refers.
"""

from collections.abc import Iterator, Mapping
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
    """One service: how, where, who signed, or why he refused before which witnesses; `proof` is what shows it."""

    method: Method = Method.DIRECT
    place: str = ""
    receiver: str = ""
    refusal: str = ""
    witnesses: tuple[str, ...] = ()
    proof: str = ""


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
FIELDS = (METHOD, PLACE, RECEIVER, REFUSAL, WITNESSES, PROOF)

_NEEDS: Mapping[Method, tuple[str, str]] = {
    Method.POST: ("写明邮寄单号，或附回执", "《民事诉讼法》第九十一条"),
    Method.ENTRUSTED: ("写明受托送达的机关和委托函", "《民事诉讼法》第九十一条"),
    Method.NOTICE: ("写明公告的位置和起止日期", "《民事诉讼法》第九十五条"),
    Method.ELECTRONIC: ("写明受送达人同意电子送达的凭据，或附同意书", "《民事诉讼法》第九十条"),
}


def lacks(service: Service, *, has_files: bool) -> Iterator[Lack]:
    """Yield what a service still needs; `has_files`: papers or photos come with it."""
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


def _left(service: Service, *, has_files: bool) -> Iterator[Lack]:
    if not service.refusal:
        yield Lack(REFUSAL, "留置送达要记明拒收的事由和日期", "《民事诉讼法》第八十九条")
    if not service.witnesses and not has_files:
        yield Lack(WITNESSES, "留置送达要有见证人签名，或者附照片、录像", "《民事诉讼法》第八十九条")


def read_service(given: Mapping[str, str]) -> Service | None:
    """Read a service from texts by field; None: there is no such way of service."""
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
    )


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
    if service.proof:
        parts.append(service.proof)
    return "，".join(parts)
