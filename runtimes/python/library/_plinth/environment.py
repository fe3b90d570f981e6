"""The vars, secrets and namespaces of the program, which the host hands over at the start of a request."""

import types

from . import bindings, door
from .kv import KVNamespace


def read_environment():
    reply = door.take_reply()
    env = types.SimpleNamespace()
    if reply:
        value, _ = bindings.read(reply)
        env.__dict__.update(value["vars"])
        env.__dict__.update({name: KVNamespace(name) for name in value["kv"]})
    return env
