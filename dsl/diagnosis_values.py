"""What the reader met in a line that it cannot read, and what is to be said of it."""

from dataclasses import dataclass

from lark import Token

from dsl.vocabulary import keyword_of


@dataclass(frozen=True, slots=True)
class Trouble:
    """The tokens of the line that were read, the one that cannot come next, and where it begins.

    `first`: nothing of the line was read. A token of type "" is a sign that the language does not have.
    """

    line: tuple[Token, ...]
    token: Token
    offset: int
    first: bool

    @property
    def separator(self) -> Token | None:
        """The separator at the end of a line, when the next line does not go on but is a line of its own."""
        last = self.line[-1] if self.line else None
        if (
            last is not None
            and last.type == "NAME"
            and keyword_of(str(last)) is not None
            and len(self.line) > 1
        ):
            last = self.line[-2]
        return last if last is not None and last.type in ("_C", "_S") and "\n" in last else None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A finding to be. `repair` is a token that may stand instead; `otherwise` is said when it does not help.

    `written` is what the author should have written from `start` to `end`.
    """

    code: str
    message: str
    hint: str
    start: int
    end: int
    repair: Token | None = None
    otherwise: "Diagnosis | None" = None
    written: str | None = None
