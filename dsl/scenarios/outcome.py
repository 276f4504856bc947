"""How a scenario fails: what should have been, what is, and what happened so far."""

from dataclasses import dataclass


@dataclass(eq=False)
class Unmet(AssertionError):
    """A step does not hold. The sentence is for an official, not for a programmer."""

    said: str
    story: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = "\n".join(f"    {line}" for line in self.story)
        return f"{self.said}\n  到此为止的办理记录：\n{told}" if told else self.said


def expected(what: str, wanted: object, found: object) -> Unmet:
    """Return the failure that names the wanted beside the found."""
    return Unmet(f"{what}\n  应为：{wanted}\n  实为：{found}")
