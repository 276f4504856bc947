"""`anliu lsp`: answer an editor on standard input and output."""

import click


@click.command()
def lsp() -> None:
    """启动语言服务器：编辑器里的诊断、悬停说明、跳转、改名、补全、排版和一键改正。"""
    try:
        from web.language_server import server
    except ModuleNotFoundError as missing:
        if missing.name not in ("pygls", "lsprotocol"):
            raise
        raise click.ClickException("没有安装 pygls，请运行 pip install 'anliu[lsp]'") from missing
    server().start_io()
