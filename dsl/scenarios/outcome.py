"""How a scenario fails: what should have been, what is, and what happened so far."""

from collections.abc import Iterable
from dataclasses import dataclass

from dsl.report import nearest


@dataclass(eq=False)
class Unmet(AssertionError):
    """A step does not hold. The sentence is for an official, not for a programmer."""

    said: str
    story: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = "\n".join(f"    {line}" for line in self.story)
        return f"{self.said}\n  到此为止的办理记录：\n{told}" if told else self.said


def unknown(what: str, name: str, known: Iterable[str]) -> Unmet:
    """Return the failure of a name that there is not: the nearest that there is, and all of them."""
    names = list(dict.fromkeys(known))
    near = nearest(name, names)
    asked = f"是否为“{near}”？" if near is not None else ""
    return Unmet(f"没有{what}“{name}”。{asked}有：{'、'.join(names) or '（没有）'}")


def expected(what: str, wanted: object, found: object) -> Unmet:
    """Return the failure that names the wanted beside the found."""
    return Unmet(f"{what}\n  应为：{wanted}\n  实为：{found}")
