"""会签 and 计票: who votes, how votes are counted, which outcomes a vote may have."""

from dataclasses import replace

from dsl.context import Context, Env
from dsl.lower_declarations import role_named
from dsl.procedure import Countersign, Step, VoteRule, Voting
from dsl.references import reference
from engine import definition as lowered

COUNTERSIGNED = ("通过", "不通过")
RETURNED = "退回"
"""A third outcome, where voters may choose it."""


def vote_rules(step: Step) -> frozenset[VoteRule]:
    """Return how the votes of a step are counted (计票)."""
    return frozenset(rule for line in step.properties if isinstance(line, Voting) for rule in line.rules)


def countersign(context: Context, step: Step, line: Countersign, env: Env) -> lowered.Countersign:
    """Lower the 会签 of a step with its 计票."""
    made = _voters(context, line, env)
    rules = vote_rules(step)
    return context.places.note(
        replace(
            made,
            any_one=VoteRule.ANY_ONE in rules,
            majority=VoteRule.MAJORITY in rules,
            tie=_tie(rules),
            in_turn=VoteRule.IN_TURN in rules,
            early=VoteRule.EARLY in rules,
            abstention=_abstention(rules),
            adds_votes=VoteRule.ADDS_VOTES in rules,
            returns=bool(rules & {VoteRule.RETURNS, VoteRule.RETURNS_AT_ONCE}),
            returns_at_once=VoteRule.RETURNS_AT_ONCE in rules,
        ),
        line.place,
    )


def _tie(rules: frozenset[VoteRule]) -> bool | None:
    if VoteRule.TIE_PASSES in rules:
        return True
    return False if VoteRule.TIE_FAILS in rules else None


def _abstention(rules: frozenset[VoteRule]) -> lowered.Abstention:
    if VoteRule.ABSTAIN_EXCLUDED in rules:
        return lowered.Abstention.EXCLUDED
    return lowered.Abstention.COUNTED if VoteRule.ABSTAIN in rules else lowered.Abstention.FORBIDDEN


def _voters(context: Context, line: Countersign, env: Env) -> lowered.Countersign:
    quorum = None if line.quorum is None else (line.quorum.numerator, line.quorum.denominator)
    word = line.each.parts[0]
    if len(line.each.parts) == 1 and word.text not in env.elements and word.text not in context.data:
        role_named(context, word)
        return lowered.Countersign(word.text, None, quorum, line.veto)
    return lowered.Countersign(None, reference(context, line.each, env).expression, quorum, line.veto)


def outcomes_of_vote(step: Step) -> tuple[str, ...]:
    """Return the outcomes of a countersigned step; none when nobody countersigns."""
    if not any(isinstance(line, Countersign) for line in step.properties):
        return ()
    returns = vote_rules(step) & {VoteRule.RETURNS, VoteRule.RETURNS_AT_ONCE}
    return (*COUNTERSIGNED, RETURNED) if returns else COUNTERSIGNED
