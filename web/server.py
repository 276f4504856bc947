"""Serving: waitress for the pages, one thread for the timers."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import Flask
from waitress import create_server
from waitress.server import BaseWSGIServer

from engine import Engine
from engine.worker import Worker

THREADS = 8


@contextmanager
def timers(engine: Engine) -> Iterator[None]:
    """Fire what falls due, in a thread, while the block runs."""
    worker = Worker(engine.town)
    thread = threading.Thread(target=worker.run, name="timers", daemon=True)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(timeout=30)


def listen(app: Flask, host: str, port: int) -> BaseWSGIServer:
    """Open the port of an application.

    Raises:
        OSError: when the port is taken.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    return create_server(
        app,
        host=host,
        port=port,
        threads=THREADS,
        ident="anliu",
        max_request_body_size=app.config["MAX_CONTENT_LENGTH"] + 1_000_000,
        clear_untrusted_proxy_headers=True,
    )


def serve(app: Flask, host: str, port: int, said: str) -> None:
    """Serve until interrupted; `said` is printed once the port is open.

    Raises:
        OSError: when the port is taken.
    """
    server = listen(app, host, port)
    print(said.format(port=server.effective_port), flush=True)  # noqa: T201 -- what the person waits for
    run_together([server])


def run_together(servers: Sequence[BaseWSGIServer]) -> None:
    """Serve until interrupted; all but the first in threads of their own."""
    for server in servers[1:]:
        threading.Thread(target=server.run, name="pages", daemon=True).start()
    try:
        servers[0].run()
    finally:
        for server in servers:
            server.close()
