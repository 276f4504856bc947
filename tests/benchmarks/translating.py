"""How many texts come back from English byte for byte: every definition of the repository, and ten thousand generated."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dsl.format import format_text
from tests.properties.generated import text

GENERATED: Final = 10_000
_ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Returned:
    """How many of the texts came back as they were."""

    name: str
    same: int
    texts: int


def measure() -> Iterator[Returned]:
    """Translate Chinese to English and back."""
    folders = (_ROOT / name for name in ("processes", "tests/data", "tests/benchmarks"))
    written = [path.read_text("utf-8") for folder in folders for path in sorted(folder.rglob("*.flow"))]
    yield Returned("definitions here", sum(map(_comes_back, written)), len(written))
    yield Returned("generated", sum(_comes_back(text(seed)) for seed in range(GENERATED)), GENERATED)


def _comes_back(written: str) -> bool:
    chinese = format_text(written)
    return format_text(format_text(chinese, "en")) == chinese
