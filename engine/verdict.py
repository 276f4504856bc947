"""What the soundness check answers: a verdict, and every problem with a run that shows it."""

from enum import StrEnum

from engine.record import record


class ProblemKind(StrEnum):
    """What keeps a definition from being sound."""

    MALFORMED = "malformed"  # numbers that name nothing
    UNREACHABLE = "unreachable"  # no run comes here
    NO_WAY_OUT = "no_way_out"  # from here the case never ends
    NEVER_JOINS = (
        "never_joins"  # a branch, or a block that cannot go on because a branch never comes to its join
    )
    ONLY_BY_EVENT = "only_by_event"  # from here it ends only if a 随时 happens
    ONLY_BY_RETURN = "only_by_return"  # from here it ends only by a limited 退回
    JUMP_INTO_BLOCK = "jump_into_block"
    FINISH_IN_BRANCH = "finish_in_branch"  # 办结 while siblings are running
    NO_JOIN_HERE = "no_join_here"  # 转 汇合 outside a branch
    NOTHING_TO_RESUME = "nothing_to_resume"  # 回原处 outside a handler
    SCOPE_CROSSES_REGIONS = "scope_crosses_regions"
    ENDLESS_LOOP = "endless_loop"  # a token may run in a circle without ever resting
    LEFT_OVER = "left_over"  # two tokens meet in one place, or one reaches the end before the others
    UNDECIDED = "undecided"  # more markings than are tried
    RETURN_FORBIDDEN = "return_forbidden"  # 退回 out of a block that forbids it


@record
class Problem:
    """One reason why a definition is not sound.

    Args:
        node: number of the node concerned; None for the process or a handler as a whole.
        reason: one Chinese sentence.
        witness: names of the steps of a shortest run to the node; empty when none comes there.
    """

    kind: ProblemKind
    node: int | None
    reason: str
    witness: tuple[str, ...] = ()


@record
class Verdict:
    """Whether a definition is sound, and if not every reason found."""

    sound: bool
    problems: tuple[Problem, ...] = ()

    @property
    def reason(self) -> str:
        """The first reason, or an empty text."""
        return self.problems[0].reason if self.problems else ""

    @property
    def witness(self) -> tuple[str, ...]:
        """The run that shows the first reason."""
        return self.problems[0].witness if self.problems else ()
