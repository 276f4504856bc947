"""在办最少: a seat is given to whoever has the least to do, and why is written beside it."""

from engine.case_scope import CaseScope
from engine.deciding.authority import holders, require_no_conflict
from engine.deciding.draft import Draft
from engine.definition import Step
from engine.marking import Candidate
from engine.refusals import MustRecuse

_NAMED = 5
"""People whose number of open items is said in the note."""


def least_busy(
    draft: Draft, step: Step, offered: tuple[Candidate, ...], scope: CaseScope
) -> tuple[str | None, str]:
    """Choose among the holders of a seat whoever holds the fewest open items, the first by account among equals.

    Returns: the account, and what the choice rests on; None where nobody may act: then the seat stays in the pool.
    """
    everybody = sorted({account for each in offered for account in holders(draft.facts, each)})
    pool = tuple(account for account in everybody if _may_act(draft, step, scope, account))
    if not pool:
        return None, ""
    counts = draft.facts.open_items(pool)
    ranked = sorted(pool, key=lambda account: (counts.get(account, 0), account))
    told = "、".join(f"{draft.facts.name(each)}{counts.get(each, 0)}件" for each in ranked[:_NAMED])
    rest = "等" if len(ranked) > _NAMED else ""
    return ranked[0], f"按在办最少派给：{told}{rest}"


def _may_act(draft: Draft, step: Step, scope: CaseScope, account: str) -> bool:
    try:
        for recusal in step.recusals:
            require_no_conflict(draft, step, recusal, scope, account)
    except MustRecuse:
        return False
    return True
