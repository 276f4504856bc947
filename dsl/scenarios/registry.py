"""The one list of steps: what they look like, what they do, an example, and the function that does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from dsl.scenarios.filling import Table
from dsl.scenarios.outcome import Unmet
from dsl.scenarios.wording import Pattern, normal, unquoted
from dsl.scenarios.world import World

TRY = "试图"
"""After the person: what follows is expected to be refused."""


@dataclass(frozen=True, slots=True)
class Call:
    """A step as it was written: the texts at its places, and its table."""

    words: Mapping[str, str]
    table: Table | None = None

    def __getitem__(self, place: str) -> str:
        """Return the text at a place."""
        return self.words[place]

    def get(self, place: str) -> str | None:
        """Return the text at a place that may be missing."""
        return self.words.get(place)


@dataclass(frozen=True, slots=True)
class StepKind:
    """A step that scenarios may use.

    Args:
        acts: something is done by a person, so that it may be tried and refused.
    """

    pattern: Pattern
    does: str
    example: str
    run: Callable[[World, Call], None]
    acts: bool = False


@dataclass(frozen=True, slots=True)
class Chapter:
    """Steps that belong together, with their heading."""

    title: str
    steps: tuple[StepKind, ...]


def step(pattern: str, does: str, example: str, run: Callable[[World, Call], None]) -> StepKind:
    """Declare a step that looks or prepares."""
    return StepKind(Pattern(pattern), does, example, run)


def action(pattern: str, does: str, example: str, run: Callable[[World, Call], None]) -> StepKind:
    """Declare a step in which a person acts; it may be tried (试图)."""
    return StepKind(Pattern(pattern), does, example, run, acts=True)


@dataclass(frozen=True, slots=True)
class Registry:
    """All steps, in chapters."""

    chapters: tuple[Chapter, ...]

    @property
    def steps(self) -> tuple[StepKind, ...]:
        """Every step."""
        return tuple(each for chapter in self.chapters for each in chapter.steps)

    def find(self, text: str) -> tuple[StepKind, Mapping[str, str], bool]:
        """Return the step that a text means, what stands at its places, and whether it is only tried.

        Raises:
            Unmet: no step, or more than one, looks like this.
        """
        said = normal(text)
        tried = TRY in unquoted(said)
        if tried:
            said = _without_try(said)
        found = [
            (kind, words)
            for kind in self.steps
            if (kind.acts or not tried) and (words := kind.pattern.match(said)) is not None
        ]
        if len(found) == 1:
            return (*found[0], tried)
        if found:
            raise Unmet(f"“{text}”可以理解成几种步骤：{'；'.join(kind.pattern.text for kind, _ in found)}")
        raise Unmet(f"没有这样的步骤：{text}。{self._nearest(said)}运行 anliu test --steps 列出全部步骤")

    def run(self, world: World, text: str, table: Table | None = None) -> None:
        """Carry out a step.

        Raises:
            Unmet: it does not hold, or means nothing.
        """
        kind, words, tried = self.find(text)
        call = Call(words, table)
        if not tried:
            kind.run(world, call)
            return
        with world.refused():
            kind.run(world, call)

    def _nearest(self, said: str) -> str:
        bare = unquoted(said)
        written = {unquoted(normal(kind.example)): kind for kind in self.steps}
        written |= {unquoted(normal(kind.pattern.text)): kind for kind in self.steps}
        kinds = dict.fromkeys(
            written[each].pattern for each in get_close_matches(bare, written, n=4, cutoff=0.3)
        )
        if not kinds:
            return ""
        first = next(kind for kind in self.steps if kind.pattern == next(iter(kinds)))
        others = "；".join(pattern.text for pattern in [*kinds][1:3])
        also = f"；也许是：{others}" if others else ""
        return f"是否为：{first.pattern.text}（例：{first.example}）{also}。"


def _without_try(said: str) -> str:
    """Take the first 试图 outside quotes away."""
    parts = said.split('"')
    for position in range(0, len(parts), 2):
        if TRY in parts[position]:
            parts[position] = parts[position].replace(TRY, "", 1)
            break
    return '"'.join(parts)
