"""Runs an ASGI application (https://asgi.readthedocs.io/, version 3.0, HTTP) for one request."""

import asyncio
from urllib.parse import unquote, urlsplit


def is_asgi(app):
    """Whether an application takes scope, receive and send. A WSGI application takes environ and start_response."""
    import inspect

    called = app if inspect.isfunction(app) or inspect.ismethod(app) else type(app).__call__
    return inspect.iscoroutinefunction(called)


def _text(field):
    return bytes(field).decode("latin-1")


def scope_of(request, env):
    url = urlsplit(request.url)
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": unquote(url.path) or "/",
        "raw_path": url.path.encode("latin-1"),
        "query_string": url.query.encode("latin-1"),
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()],
        "server": (url.hostname or "", url.port or (443 if url.scheme == "https" else 80)),
        "client": None,
        "state": {},
        "extensions": {"plinth": {"env": env}},
    }


async def run_asgi(app, request, env, flow):
    events = [{"type": "http.request", "body": request.body, "more_body": False}]
    gone = asyncio.Event()

    async def receive():
        if events:
            return events.pop()
        # The client stays until the answer is whole.
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(event):
        if event["type"] == "http.response.start":
            fields = event.get("headers", ())
            flow.start(event["status"], [(_text(name), _text(value)) for name, value in fields])
        elif event["type"] == "http.response.body":
            await flow.write(event.get("body", b""))
            if not event.get("more_body", False):
                flow.end()
                gone.set()

    await app(scope_of(request, env), receive, send)
    if not flow.ended:
        raise RuntimeError("the ASGI application has returned without a whole response")
