"""One mistake, one message: a name that nobody declared is reported where it is met first, not at every use."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, TypeAlias

from dsl.findings import Finding, in_order

_OF_VALUES: Final = frozenset({"N01", "N13", "N15"})
"""Codes under which the same undeclared form, datum or type shows, by where it is used."""
_Key: TypeAlias = tuple[str, str, str]


def said_once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings in order of place, those of one undeclared name in one file as the first of them.

    The first keeps the places of the others, and mends them all.
    """
    kept: dict[object, Finding] = {}
    for finding in in_order(findings):
        key = _key(finding)
        first = None if key is None else kept.get(key)
        if key is None or first is None:
            kept[key or id(finding)] = finding
        else:
            fix = first.fix + finding.fix if first.fix and finding.fix else ()
            kept[key] = replace(first, again=(*first.again, finding.place, *finding.again), fix=fix)
    return tuple(kept.values())


def _key(finding: Finding) -> _Key | None:
    """Return what is missing: in which file, as what, by which name; None when nothing is."""
    if finding.missing is None:
        return None
    kind = "value" if finding.code in _OF_VALUES else finding.code
    return finding.place.source, kind, finding.missing
