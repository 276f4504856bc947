"""`anliu explain`: what a finding or a refusal means and what to do."""

import re

import click

from dsl.explain import explain as explain_finding
from engine.errors import Refusal


@click.command()
@click.argument("code")
def explain(code: str) -> None:
    """说明一个代码是什么意思、怎么办。"""
    try:
        click.echo(explain_finding(code))
        return
    except KeyError:
        pass
    from engine.documents.wording import wordings  # most codes are of texts, not of papers

    paper = wordings().get(code.upper())
    if paper is not None:
        message = re.sub(r"{[a-z]+}", "…", paper.message)
        click.echo(
            f"{paper.code} {paper.severity}（签发前检查文书）\n\n{message}\n依据：{paper.basis}\n怎么办：{re.sub(r'{[a-z]+}', '…', paper.hint)}"
        )
        return
    found = [kind for kind in _refusals() if kind.code == code.upper()]
    if not found:
        raise click.ClickException(f"没有代码 {code}")
    for kind in found:
        click.echo(f"{kind.code} {kind.__name__}\n\n{kind.__doc__}\n怎么办：{kind.hint}")


def _refusals() -> list[type[Refusal]]:
    import engine.service  # noqa: F401  # so that every refusal is known

    found, todo = [], list(Refusal.__subclasses__())
    while todo:
        kind = todo.pop()
        found.append(kind)
        todo += kind.__subclasses__()
    return found
