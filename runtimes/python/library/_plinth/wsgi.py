"""Runs a WSGI application (PEP 3333) for one request."""

import io
import sys
from urllib.parse import unquote_to_bytes, urlsplit

from .http import Response


def environ_of(request, env):
    url = urlsplit(request.url)
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path or "/").decode("latin-1"),
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.hostname or "",
        "SERVER_PORT": str(url.port or (443 if url.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "plinth.env": env,
    }
    for name in request.headers:
        value = request.headers.get(name)
        if name == "content-type":
            environ["CONTENT_TYPE"] = value
        elif name != "content-length":
            environ["HTTP_" + name.upper().replace("-", "_")] = value
    environ["CONTENT_LENGTH"] = str(len(request.body))
    return environ


def run_wsgi(app, request, env):
    started = []
    written = []

    def start_response(status, headers, exc_info=None):
        if started and exc_info is None:
            raise RuntimeError("start_response was called twice")
        started[:] = [(int(status.split(" ", 1)[0]), headers)]
        return written.append

    result = app(environ_of(request, env), start_response)
    try:
        body = b"".join([*written, *result])
    finally:
        if hasattr(result, "close"):
            result.close()
    if not started:
        raise RuntimeError("the WSGI application has returned without start_response")
    status, headers = started[0]
    return Response(body, status, headers)
