"""The program of a tenant: loads its files, and finds its handler."""

import importlib
import inspect
import struct

from . import files
from .asgi import is_asgi, run_asgi
from .http import response_of
from .wsgi import run_wsgi

MAIN = "main"


class NoHandler(Exception):
    pass


def unpack(data):
    """Compressed files by their names. Of each: u32 length of the name, u32 length of the contents, name, contents."""
    found = {}
    at = 0
    while at < len(data):
        name_bytes, content_bytes = struct.unpack_from("<II", data, at)
        at += 8
        name = data[at : at + name_bytes].decode()
        at += name_bytes
        found[name] = data[at : at + content_bytes]
        at += content_bytes
    return found


class Program:
    """Finds the handler of requests: fetch of the main module, or else its app."""

    def __init__(self, data):
        files.install_program(unpack(data))
        module = importlib.import_module(MAIN)
        self._fetch = getattr(module, "fetch", None)
        self._scheduled = getattr(module, "scheduled", None)
        # The ASGI application, if the program is one.
        self._app = None
        app = getattr(module, "app", None)
        if self._fetch is None and app is not None:
            self._app = app if is_asgi(app) else None
            self._fetch = app if is_asgi(app) else self._wsgi(app)
        if not callable(self._fetch):
            raise NoHandler(
                f"{MAIN}.py has no handler: define async def fetch(request, env, ctx), or an ASGI or WSGI "
                "application named app"
            )

    @staticmethod
    def _wsgi(app):
        return lambda request, env, ctx: run_wsgi(app, request, env)

    async def answer(self, request, env, ctx, flow):
        if self._app is not None:
            await run_asgi(self._app, request, env, flow)
            return
        answered = self._fetch(request, env, ctx)
        response = response_of(await answered if inspect.isawaitable(answered) else answered)
        flow.start(response.status, response.headers.items())
        try:
            if response.stream is None:
                await flow.write(response.body)
            else:
                async for piece in response.stream:
                    await flow.write(piece.encode() if isinstance(piece, str) else piece)
        except ConnectionResetError:
            if response.stream is not None and hasattr(response.stream, "aclose"):
                await response.stream.aclose()
        flow.end()

    async def run_scheduled(self, event, env, ctx):
        if self._scheduled is None:
            raise NoHandler(f"{MAIN}.py has no async def scheduled(event, env, ctx), and plinth.jsonc has crons")
        done = self._scheduled(event, env, ctx)
        if inspect.isawaitable(done):
            await done
