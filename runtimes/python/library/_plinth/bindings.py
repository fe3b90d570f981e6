"""Calls of bindings. Frames are as in host/bindings/message.ts: length of the head, the head as JSON, the body."""

import asyncio
import json
import struct

from . import door

# Futures of the calls under way, by the numbers of their operations.
_waiting = {}


class BindingError(Exception):
    """The host has refused a call, or has failed to make it."""

    def __init__(self, code, message):
        super().__init__(message)
        #: A code such as "PLINTH_KV_CONFLICT"; docs/reference/errors.md has all codes.
        self.code = code


def forget():
    _waiting.clear()


def under_way():
    return bool(_waiting)


def frame(binding, method, arguments, body):
    named = {name: value for name, value in arguments.items() if value is not None}
    # The host looks for the binding's name at the very beginning.
    head = json.dumps({"binding": binding, "method": method, "arguments": named}, separators=(",", ":")).encode()
    return struct.pack("<I", len(head)) + head + body


async def call(binding, method, arguments, body=b""):
    """Returns the value and the body of the reply."""
    loop = asyncio.get_running_loop()
    operation, reply = door.call_binding(frame(binding, method, arguments, body))
    if operation != 0:
        future = _waiting[operation] = loop.create_future()
        try:
            reply = await future
        except asyncio.CancelledError:
            if _waiting.pop(operation, None) is not None:
                door.cancel(operation)
            raise
    return read(reply)


def end(operation, failed, payload):
    future = _waiting.pop(operation, None)
    if future is None or future.done():
        return
    if failed:
        future.set_exception(BindingError("PLINTH_BINDING_CALL", payload.decode("utf-8", "replace")))
    else:
        future.set_result(payload)


def read(reply):
    """Reads a reply. Raises BindingError if it is a refusal."""
    end_of_head = 4 + int.from_bytes(reply[:4], "little")
    head = json.loads(reply[4:end_of_head])
    error = head.get("error")
    if error is not None:
        raise BindingError(error["code"], error["message"])
    return head.get("value"), reply[end_of_head:]
