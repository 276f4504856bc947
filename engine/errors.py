"""Refusals: the engine says no, says why, what to do, and by which article. Nothing is changed by a refused command."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(eq=False)
class Refusal(Exception):
    """A command that may not be carried out. Subclasses carry a stable `code` and a `hint`."""

    code: ClassVar[str] = "E000"
    hint: ClassVar[str] = ""

    @property
    def text(self) -> str:
        """The sentence that says what is wrong."""
        return str(self)

    @property
    def article(self) -> str:
        """The article that the refusal rests on, or an empty text."""
        return ""
