"""The registry of findings: for each code what it means, a bad and a good example, and the repair."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding, as `anliu explain` prints it; `english` says what is wrong and what to do."""

    code: str
    title: str
    title_en: str
    meaning: str
    bad: str
    good: str
    fix: str
    english: str


def registry(*groups: tuple[Code, ...]) -> Mapping[str, Code]:
    """Codes of several groups by code.

    Raises:
        ValueError: when a code is given twice.
    """
    codes: dict[str, Code] = {}
    for entry in (entry for group in groups for entry in group):
        if entry.code in codes:
            raise ValueError(f"finding code given twice: {entry.code}")
        codes[entry.code] = entry
    return MappingProxyType(codes)
