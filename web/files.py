"""Photos and attachments: taken in one at a time, given out as attachments and never run by a browser."""

from flask import Blueprint, abort, jsonify, request, send_file
from werkzeug.wrappers import Response

from web import submission
from web.current import account, engine, file_token
from web.widgets import is_picture, size_text

blueprint = Blueprint("files", __name__, url_prefix="/files")


@blueprint.post("")
def upload() -> Response:
    """Take one file for a form that is still open; answers the token that the form sends along."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        abort(400, description="没有收到文件，请重新选取。")
    file = submission.store(sent)
    return jsonify(
        token=file_token(file),
        name=file.name,
        size=size_text(file.size),
        address=f"/files/{file.sha256}",
        picture=is_picture(file.media_type),
    )


@blueprint.get("/<sha256>")
def download(sha256: str) -> Response:
    """Give a file to somebody who may see it."""
    found = engine().file(sha256, by=account())
    response = send_file(
        found.path,
        mimetype=found.media_type if is_picture(found.media_type) else "application/octet-stream",
        as_attachment=True,
        download_name=found.name,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
