"""落实: what the sentences of a notice ask for, and the elements of definitions that carry it out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.definition import ByRecurrence, Definition, Step, Wait

POLICY = "原则要求"
"""Mechanism of a sentence that asks for nothing that could be done and proved; it says why."""


class ObligationsMalformed(ValueError):
    """A list of obligations cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One operative sentence of a notice.

    Args:
        id: `A08-03`, article and serial number, as 落实 cites it.
        text: an extract, literally.
        mechanism: how it is honoured (流程, 规则, 台账, 履职, 文书, 通知, 统计, 权限), or `POLICY`.
        reason: why a `POLICY` sentence has no element; empty otherwise.
    """

    id: str
    article: int
    text: str
    mechanism: str
    reason: str = ""

    @property
    def executable(self) -> bool:
        """Whether some element must carry it out."""
        return self.mechanism != POLICY


@dataclass(frozen=True, slots=True, order=True)
class Element:
    """A named part of a definition: its kind as people call it (步骤, 判定表, 台账 …)."""

    process: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Carried:
    """A sentence and the elements that carry it out, in order of process, kind and name."""

    obligation: Obligation
    elements: tuple[Element, ...]

    @property
    def missing(self) -> bool:
        """Whether nothing carries out what must be carried out."""
        return self.obligation.executable and not self.elements


def read_obligations(data: object) -> tuple[Obligation, ...]:
    """Read `{"records": [{"id", "article", "text", "mechanism", "reason"?}, …]}`.

    Raises:
        ObligationsMalformed: a record lacks something, or an id stands twice.
    """
    records = data.get("records") if isinstance(data, Mapping) else None
    if not isinstance(records, list):
        raise ObligationsMalformed("义务清单应为 records → 逐条记录")
    read = tuple(_obligation(position, record) for position, record in enumerate(records, 1))
    ids = [each.id for each in read]
    doubled = sorted({each for each in ids if ids.count(each) > 1})
    if doubled:
        raise ObligationsMalformed(f"编号重复：{'、'.join(doubled)}")
    return read


def _obligation(position: int, record: Any) -> Obligation:
    try:
        made = Obligation(
            str(record["id"]),
            int(record["article"]),
            str(record["text"]),
            str(record["mechanism"]),
            str(record.get("reason", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ObligationsMalformed(f"第{position}条缺少或写错了 {error}") from error
    if not made.executable and not made.reason:
        raise ObligationsMalformed(f"{made.id} 写为“{POLICY}”，没有写原因")
    return made


def carried(obligations: Sequence[Obligation], definitions: Iterable[Definition]) -> tuple[Carried, ...]:
    """Return each sentence with what carries it out, in the order of the sentences."""
    found = cited(definitions)
    return tuple(Carried(each, tuple(sorted(found.get(each.id, ())))) for each in obligations)


def cited(definitions: Iterable[Definition]) -> Mapping[str, frozenset[Element]]:
    """Return the elements that say 落实, by the id they cite."""
    found: dict[str, set[Element]] = {}
    for definition in definitions:
        for kind, name, ids in _parts(definition):
            for cited_id in ids:
                found.setdefault(cited_id, set()).add(Element(definition.name, kind, name))
    return {cited_id: frozenset(elements) for cited_id, elements in found.items()}


def _parts(definition: Definition) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    recurring = any(isinstance(start, ByRecurrence) for start in definition.starts)
    yield "例行" if recurring else "规程", definition.name, definition.obligations
    for node in definition.nodes:
        if isinstance(node, Step | Wait):
            yield "步骤", node.name, node.obligations
    for kind, parts in (
        ("随时", definition.handlers),
        ("总时限", definition.clocks),
        ("表单", definition.forms),
        ("参数", definition.parameters),
        ("文书", definition.documents),
        ("判定表", definition.tables),
        ("台账", definition.registers),
        ("统计", definition.statistics),
        ("实例", definition.presets),
    ):
        for part in parts:
            yield kind, part.name, part.obligations
