"""The words of the core: every event can be stored and applied, every refusal says what, what to do, and its code."""

import inspect
from pathlib import Path

from msgspec.structs import asdict

from engine import commands, evolve, refusals
from engine.commands import OPERATIONS
from engine.errors import Refusal
from engine.events import KINDS
from engine.state import CaseState

ENGINE = Path(evolve.__file__).parent
REFUSALS = [
    kind
    for _, kind in inspect.getmembers(refusals, inspect.isclass)
    if issubclass(kind, Refusal) and kind is not Refusal
]


def test_every_event_is_applied() -> None:
    assert set(evolve.APPLYING) == set(KINDS.values())


def test_a_copy_of_a_state_shares_no_section_with_it() -> None:
    state = CaseState()
    sections, copies = asdict(state), asdict(state.copy())
    shared = [name for name, section in copies.items() if section is sections[name]]
    assert not [name for name in shared if isinstance(sections[name], dict)]


def test_no_field_hides_the_name_of_its_event() -> None:
    assert not [kind for kind in KINDS.values() if "kind" in set(kind.__struct_fields__)]


def test_every_command_is_an_operation() -> None:
    declared = {
        kind
        for _, kind in inspect.getmembers(commands, inspect.isclass)
        if kind.__module__ == commands.__name__ and "act" in getattr(kind, "__slots__", ())
    }
    assert set(OPERATIONS) == declared


def test_codes_of_refusals_are_unique_and_of_the_core() -> None:
    codes = [kind.code for kind in REFUSALS]
    assert len(codes) == len(set(codes))
    assert all(code.startswith("E1") for code in codes)


def test_every_refusal_says_what_to_do() -> None:
    assert all(kind.hint.endswith("。") for kind in REFUSALS)


def test_every_refusal_is_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ENGINE / "deciding").glob("*.py"))
    code += (ENGINE / "decide.py").read_text(encoding="utf-8")
    assert [kind.__name__ for kind in REFUSALS if f"{kind.__name__}(" not in code] == []
