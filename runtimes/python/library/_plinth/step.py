"""The callable of each step: load, start or resume. It returns an outcome whatever the program does."""

import struct
import sys
import types

from . import bindings, door, environment, failure, fresh, outcome
from .flow import Flow
from .http import Headers, Request
from .loop import Loop
from .program import Program

_LOAD, _START, _RESUME = range(3)
_OUTCOME_AT = 36
_SCHEDULED = "plinth://scheduled"

_program = None
_run = None
# The address of the last outcome, which the host has read.
_last = 0


def step():
    global _last
    base, kind, *parameters = door.take_input()
    door.free(_last)
    _last = 0
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
    if kind != _LOAD:
        _last = result
    door.poke(base + _OUTCOME_AT, struct.pack("<I", result))


def _load(address, length):
    global _program
    fresh.draw()
    data = _take(address, length)
    try:
        _program = Program(data)
    except BaseException as error:
        print(failure.text_of(error), file=sys.stderr)
        return 1
    return 0


def _take(address, length):
    """Takes bytes from the host. The program has to free them."""
    data = door.peek(address, length)
    # An empty text has the address 1.
    if address > 1:
        door.free(address)
    return data


def _take_list(address, count):
    """The items of a list, of four numbers each."""
    return struct.iter_unpack("<4I", _take(address, count * 16))


def _start(method_at, method, uri_at, uri, headers_at, headers, body_at, body):
    global _run
    fresh.draw()
    bindings.forget()
    fields = [
        (_take(name_at, name).decode(), _take(value_at, value).decode("latin-1"))
        for name_at, name, value_at, value in _take_list(headers_at, headers)
    ]
    request = Request(
        _take(method_at, method).decode(),
        _take(uri_at, uri).decode("utf-8", "replace"),
        Headers(fields),
        _take(body_at, body),
    )
    _run = _Run(request, environment.read_environment())
    return _run.go_on()


def _resume(address, count):
    for operation, failed, payload_at, payload in _take_list(address, count):
        _run.loop.end_operation(operation, failed & 0xFF, _take(payload_at, payload))
    return _run.go_on()


class _Context:
    """The third argument of handlers, ctx."""

    def __init__(self, loop):
        self._loop = loop
        self.tasks = []

    def wait_until(self, awaitable):
        """Lets the awaitable end after the response has been sent."""
        self.tasks.append(self._loop.create_task(awaitable))

    waitUntil = wait_until


class _Run:
    """A request from its first step to its last."""

    def __init__(self, request, env):
        self.loop = Loop()
        self._ctx = _Context(self.loop)
        self._flow = Flow(request.method == "HEAD")
        # Whether the whole response, or its end, has left.
        self._responded = False
        if request.url.startswith(_SCHEDULED):
            handled = self._scheduled(request, env)
        else:
            handled = _program.answer(request, env, self._ctx, self._flow)
        self._task = self.loop.create_task(handled)

    async def _scheduled(self, request, env):
        event = types.SimpleNamespace(
            cron=request.headers["cron"], scheduled_time=int(request.headers["scheduled-time"])
        )
        await _program.run_scheduled(event, env, self._ctx)
        self._flow.start(204, [])
        self._flow.end()

    def go_on(self):
        self.loop.run_ready()
        if self._task.done():
            self._task.result()
        flow = self._flow
        if flow.ended and not self._responded:
            self._responded = True
            if not flow.begun:
                return self._respond()
            flow.send()
        if self._responded:
            waits = self._work_is_left() and self.loop.wait()
            return outcome.plain(outcome.PENDING if waits else outcome.DONE)
        if not self.loop.wait():
            return outcome.text(outcome.STUCK, "the handler waits for something that can never happen")
        flow.send()
        return outcome.plain(outcome.PENDING)

    def _respond(self):
        waits = self._work_is_left() and self.loop.wait()
        return outcome.response(
            outcome.EARLY_RESPONSE if waits else outcome.RESPONSE,
            self._flow.status,
            [(name, value.encode("latin-1")) for name, value in self._flow.headers],
            self._flow.whole(),
        )

    def _work_is_left(self):
        """Whether the handler, or work of wait_until, goes on after the response."""
        for task in self._ctx.tasks:
            if task.done() and not task.cancelled() and task.exception() is not None:
                print(failure.text_of(task.exception()), file=sys.stderr)
        self._ctx.tasks = [task for task in self._ctx.tasks if not task.done()]
        return bool(self._ctx.tasks) or not self._task.done()
