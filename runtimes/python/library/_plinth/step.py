"""The callable of each step: load, start or resume. It answers whatever the program does."""

import struct
import sys
import types

from . import bindings, door, environment, failure, fresh, outcome
from .http import Headers, Request
from .loop import Loop
from .program import Program

_LOAD, _START, _RESUME = range(3)
_OUTCOME_AT = 36
_SCHEDULED = "plinth://scheduled"

_program = None
_run = None


def step():
    base, kind, *parameters = door.take_input()
    try:
        if kind == _LOAD:
            result = _load(*parameters[:2])
        elif kind == _START:
            result = _start(*parameters[:8])
        else:
            result = _resume(*parameters[:2])
    except BaseException as error:
        result = outcome.text(outcome.FAILED, failure.text_of(error))
    sys.stdout.flush()
    sys.stderr.flush()
    door.poke(base + _OUTCOME_AT, struct.pack("<I", result))


def _load(address, length):
    global _program
    fresh.draw()
    data = door.peek(address, length)
    door.free(address)
    try:
        _program = Program(data)
    except BaseException as error:
        print(failure.text_of(error), file=sys.stderr)
        return 1
    return 0


def _pairs(address, count, words):
    data = door.peek(address, count * words * 4)
    return struct.iter_unpack(f"<{words}I", data)


def _start(method_at, method, uri_at, uri, headers_at, headers, body_at, body):
    global _run
    fresh.draw()
    bindings.forget()
    fields = [
        (door.peek(name_at, name).decode(), door.peek(value_at, value).decode("latin-1"))
        for name_at, name, value_at, value in _pairs(headers_at, headers, 4)
    ]
    request = Request(
        door.peek(method_at, method).decode(),
        door.peek(uri_at, uri).decode("utf-8", "replace"),
        Headers(fields),
        door.peek(body_at, body),
    )
    _run = _Run(request, environment.read_environment())
    return _run.go_on()


def _resume(address, count):
    for operation, failed, payload_at, payload in _pairs(address, count, 4):
        _run.loop.end_operation(operation, failed & 0xFF, door.peek(payload_at, payload))
    return _run.go_on()


class _Context:
    """What handlers get as ctx."""

    def __init__(self, loop):
        self._loop = loop
        self._tasks = []

    def wait_until(self, awaitable):
        """Lets the awaitable end after the response has been sent."""
        self._tasks.append(self._loop.create_task(awaitable))

    waitUntil = wait_until


class _Run:
    """A request from its first step to its last."""

    def __init__(self, request, env):
        self.loop = Loop()
        self._ctx = _Context(self.loop)
        self._responded = False
        if request.url.startswith(_SCHEDULED):
            handled = self._scheduled(request, env)
        else:
            handled = _program.answer(request, env, self._ctx)
        self._task = self.loop.create_task(handled)

    async def _scheduled(self, request, env):
        event = types.SimpleNamespace(
            cron=request.headers["cron"], scheduled_time=int(request.headers["scheduled-time"])
        )
        await _program.run_scheduled(event, env, self._ctx)
        from .http import Response

        return Response(b"", 204)

    def go_on(self):
        self.loop.run_ready()
        if not self._task.done():
            return self._wait()
        if not self._responded:
            response = self._task.result()
            self._responded = True
            waits = self._work_is_left() and self.loop.wait()
            tag = outcome.EARLY_RESPONSE if waits else outcome.RESPONSE
            return outcome.response(
                tag,
                response.status,
                [(name, value.encode("latin-1")) for name, value in response.headers.items()],
                response.body,
            )
        if self._work_is_left():
            return self._wait()
        return outcome.plain(outcome.DONE)

    def _work_is_left(self):
        """Whether work of wait_until goes on. Raises what it has failed with."""
        for task in self._ctx._tasks:
            if task.done() and not task.cancelled():
                error = task.exception()
                if error is not None:
                    print(failure.text_of(error), file=sys.stderr)
        self._ctx._tasks = [task for task in self._ctx._tasks if not task.done()]
        return bool(self._ctx._tasks)

    def _wait(self):
        if self.loop.wait():
            return outcome.plain(outcome.PENDING)
        return outcome.text(outcome.STUCK, "the handler waits for something that can never happen")
