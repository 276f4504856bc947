"""What a free-choice net is reduced to, rule by rule, and that a run of the kernel is a run of the net."""

from engine.kernel import kernel
from engine.nets import BitNet, Place, Transition

START, END = 1, 1 << 7
A, B, C, D = 2, 4, 8, 16


def net(*moves: tuple[int, int, str]) -> BitNet:
    """A net of places 0 to 7 by transitions (takes, gives, name)."""
    transitions = tuple(Transition(takes, gives, (ord(name),), quick=False) for takes, gives, name in moves)
    return BitNet(tuple(range(8)), START, END, transitions)


def names(run: tuple[Place, ...]) -> str:
    return "".join(chr(each) for each in run if isinstance(each, int))


def is_gone(left: BitNet) -> bool:
    return left.start == left.end and not left.transitions


def test_a_sequence_is_passed_over() -> None:
    left = kernel(net((START, A, "a"), (A, B, "b"), (B, END, "c")))
    assert is_gone(left) and names(left.before) == "abc"


def test_a_choice_that_comes_together_again_is_gone() -> None:
    assert is_gone(kernel(net((START, A, "a"), (START, B, "b"), (A, END, "c"), (B, END, "d"))))


def test_a_block_that_gathers_all_it_gave_is_gone() -> None:
    assert is_gone(kernel(net((START, A | B, "a"), (A, C, "b"), (B, D, "c"), (C | D, END, "d"))))


def test_a_loop_that_can_be_left_is_gone_and_one_that_cannot_is_not() -> None:
    assert is_gone(kernel(net((START, A, "a"), (A, B, "b"), (B, A, "c"), (B, END, "d"))))
    assert not is_gone(kernel(net((START, A, "a"), (A, B, "b"), (B, A, "c"))))


def test_a_choice_gathered_by_a_join_is_left() -> None:
    left = kernel(net((START, A, "a"), (START, B, "b"), (A, C, "c"), (B, D, "d"), (C | D, END, "e")))
    assert sorted(names(each.run) for each in left.transitions) == ["ac", "bd", "e"]


def test_a_block_gathered_by_a_choice_is_left() -> None:
    """Two tokens meet there; they are never made one."""
    assert not is_gone(kernel(net((START, A | B, "a"), (A, C, "b"), (B, C, "c"), (C, END, "d"))))
