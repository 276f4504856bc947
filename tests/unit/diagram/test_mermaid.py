"""Every line of a Mermaid flowchart is one of the few that we write, and every name in it is declared.

The grammar: https://mermaid.js.org/syntax/flowchart.html (nodes, links with text, subgraphs; text in quotes).
"""

import re

import pytest

from dsl.diagram import mermaid
from tests.unit.diagram.test_diagram import a_definition
from tests.unit.diagram.test_processes_drawn import drawn

IDENTIFIER = r"(?:[nrh]\d+|finish|abort|join|resume)"
TEXT = r'"[^"\n`]+"'
NODE = re.compile(rf"\s*({IDENTIFIER})(?:\[{TEXT}\]|\(\[{TEXT}\]\))")
SUBGRAPH = re.compile(rf"\s*subgraph ({IDENTIFIER})\[{TEXT}\]")
LINK = re.compile(rf"\s*({IDENTIFIER}) (?:-->|-\.->)(?:\|{TEXT}\|)? ({IDENTIFIER})")


def faults(text: str) -> list[str]:
    """What a Mermaid parser would stumble over."""
    first, *lines = text.splitlines()
    found = [] if first == "flowchart TD" else [f"begins with {first}"]
    declared: set[str] = set()
    named: set[str] = set()
    depth = 0
    for line in lines:
        if (opened := SUBGRAPH.fullmatch(line)) is not None:
            declared.add(opened[1])
            depth += 1
        elif line.strip() == "end":
            depth -= 1
            found += ["an end too many"] if depth < 0 else []
        elif (node := NODE.fullmatch(line)) is not None:
            found += [f"{node[1]} twice"] if node[1] in declared else []
            declared.add(node[1])
        elif (link := LINK.fullmatch(line)) is not None:
            named |= {link[1], link[2]}
        else:
            found.append(f"not understood: {line}")
    return [*found, *(f"{name} is not declared" for name in sorted(named - declared)), *["open"] * depth]


@pytest.mark.parametrize("number", range(len(drawn())), ids=lambda number: drawn()[number].name)
def test_every_process_of_the_notice_is_a_flowchart(number: int) -> None:
    assert not faults(mermaid(drawn()[number]))


def test_signs_in_names_do_not_end_a_text() -> None:
    assert not faults(mermaid(a_definition()))


@pytest.mark.parametrize(
    "broken",
    [
        'flowchart TD\n  n0["甲]\n',
        'flowchart TD\n  n0["甲"]\n  n0 --> n1\n',
        'flowchart TD\n  subgraph n0["甲"]\n',
        'flowchart TD\n  n0["甲"]\n  n0["乙"]\n',
        "flowchart TD\n  end\n",
    ],
)
def test_what_is_no_flowchart_is_found(broken: str) -> None:
    assert faults(broken)
