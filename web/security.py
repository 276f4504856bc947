"""What every answer carries and every writing request must bring (toolchain §3: strict content policy)."""

from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SAFE = {"GET", "HEAD", "OPTIONS"}


def protect(app: Flask) -> None:
    """Add the headers to every answer and refuse writing requests that come from another site."""
    app.before_request(_refuse_foreign)
    app.after_request(_add_headers)


def from_here(asked: Request) -> bool:
    """Whether a writing request was made by one of our own pages.

    Browsers send Origin with every form post; a client without one (a script) has no cookies of ours to misuse.
    """
    origin = asked.headers.get("Origin")
    if origin is not None:
        return urlsplit(origin).netloc == asked.host
    return asked.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


def _refuse_foreign() -> None:
    if request.method not in SAFE and not from_here(request):
        abort(403, description="foreign origin")


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
