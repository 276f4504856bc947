"""Choose at random something that a person may do now, as his pages offer it."""

from collections.abc import Sequence
from random import Random

from engine import Engine
from engine.views import Option
from tests.faults.orders import Proposal
from tests.faults.town import ADMINISTRATOR, APPLICANT, PROCESSES, WORKERS

WEIGHTS = {
    "complete": 60,
    "claim": 60,
    "return": 60,
    "transfer": 8,
    "hand_back": 8,
    "release": 4,
    "add_signer": 8,
    "remove_signer": 8,
    "ask": 5,
    "take_back": 8,
    "recall": 20,
    "urge": 2,
    "copy": 2,
    "discuss": 2,
    "suspend": 3,
    "resume": 40,
    "withdraw": 1,
    "terminate": 1,
    "jump": 2,
    "sign": 20,
    "reopen": 2,
}
"""Operations that are tried, and how often one is preferred to another."""


def propose(engine: Engine, user: str, random: Random) -> Proposal | None:
    """Return something for a person to do, or None when he has nothing."""
    if user == APPLICANT and random.random() < 0.9:
        return _start(random)
    if user in (APPLICANT, ADMINISTRATOR):
        status = "suspended" if user == ADMINISTRATOR and random.random() < 0.7 else "open"
        cases = engine.cases(user, filters={"status": status}, limit=30).items
        if not cases:
            return None
        return _choose(engine, str(random.choice(cases).id), user, random)
    tab = random.choice(("todo", "todo", "todo", "claim", "claim", "done"))
    items = engine.inbox(user, tab=tab, limit=30).items
    if not items:
        return None
    return _choose(engine, random.choice(items).id, user, random)


def _start(random: Random) -> Proposal:
    form = {
        "名称": f"办件{random.randrange(10**6)}",
        "数量": str(random.choice((1, 20))),
        "范围": random.choice(("全部", "甲", "乙")),
    }
    return Proposal("start", APPLICANT, random.choice(PROCESSES), form=form)


def _choose(engine: Engine, target: str, user: str, random: Random) -> Proposal | None:
    possible = [
        option for option in engine.options(target, user) if option.allowed and option.operation in WEIGHTS
    ]
    if not possible:
        return None
    weights = [WEIGHTS[option.operation] for option in possible]
    return _filled(engine, random.choices(possible, weights)[0], target, user, random)


def _filled(engine: Engine, option: Option, target: str, user: str, random: Random) -> Proposal:
    if option.operation != "complete":
        return Proposal(option.operation, user, target, _to(option, random))
    view = engine.task(target, user)
    form = {"名称": f"改{random.randrange(100)}", "数量": str(random.choice((1, 20)))} if view.forms else {}
    return Proposal("complete", user, target, random.choice(view.outcomes) if view.outcomes else "", form)


def _to(option: Option, random: Random) -> str:
    words: Sequence[str] = [each.value for each in option.targets if each.allowed]
    target = random.choice(words) if words else ""
    if not option.people:
        return target
    person = random.choice(WORKERS)
    return f"{target}#{person}" if target else person
