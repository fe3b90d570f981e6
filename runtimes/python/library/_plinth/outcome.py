"""Writes outcomes of steps into memory, as the Canonical ABI lays out the variant of wit/http.wit."""

import struct

from . import door

RESPONSE, EARLY_RESPONSE, PENDING, DONE, FAILED, STUCK = range(6)

# Bytes of an outcome, and of a header in the list of headers.
_OUTCOME = 24
_HEADER = 16
_TEXT_LIMIT = 64 << 10


def response(tag, status, headers, body):
    """Returns the address of a response. Names are text, values bytes."""
    names = [(name.encode(), value) for name, value in headers]
    texts_at = _OUTCOME + _HEADER * len(names)
    base = door.allocate(texts_at + sum(len(name) + len(value) for name, value in names) + len(body))
    at = base + texts_at
    pairs = []
    texts = []
    for name, value in names:
        pairs += (at, len(name), at + len(name), len(value))
        texts += (name, value)
        at += len(name) + len(value)
    head = struct.pack("<IHHIIII", tag, status, 0, base + _OUTCOME, len(names), at, len(body))
    door.poke(base, b"".join((head, struct.pack(f"<{len(pairs)}I", *pairs), *texts, body)))
    return base


def plain(tag):
    base = door.allocate(_OUTCOME)
    door.poke(base, struct.pack("<6I", tag, 0, 0, 0, 0, 0))
    return base


def text(tag, message):
    data = message.encode("utf-8", "backslashreplace")[:_TEXT_LIMIT]
    base = door.allocate(_OUTCOME + len(data))
    door.poke(base, struct.pack("<6I", tag, base + _OUTCOME, len(data), 0, 0, 0) + data)
    return base
