"""The operations of the adapter (adapter/functions.ts): memory by address, calls of bindings, timers."""

import struct

from _host import call as _call

_frame = struct.Struct("<II").pack
_number = struct.Struct("<I").unpack
_fields = struct.Struct("<11I").unpack
_timer = struct.Struct("<IId").pack


def take_input():
    """Returns the address of this step's input: the step's kind, its parameters, and at the end the outcome's address."""
    return _fields(_call(_frame(0, 0)))


def peek(address, length):
    return _call(struct.pack("<III", 1, address, length)) if length else b""


def poke(address, data):
    _call(_frame(2, address) + data)


def allocate(length):
    return _number(_call(_frame(3, length)))[0]


def free(address):
    _call(_frame(4, address))


def call_binding(frame):
    """Returns the number of the operation that has begun, and the reply if it is there already (then the number is 0)."""
    answer = _call(_frame(5, 0) + frame)
    return _number(answer[:4])[0], answer[4:]


def take_reply():
    return _call(_frame(6, 0))


def start_timer(milliseconds):
    """Returns the number of the operation, which ends once the time is over."""
    return _number(_call(_timer(7, 0, milliseconds)))[0]


def cancel(operation):
    _call(_frame(8, operation))
