"""KV namespaces (docs/reference/kv.md)."""

import json as _json

from . import bindings


class Found:
    """A value with its metadata, revision and expiration."""

    def __init__(self, value, metadata, revision):
        self.value = value
        self.metadata = metadata
        self.revision = revision


class KVNamespace:
    def __init__(self, name):
        self._name = name

    def __repr__(self):
        return f"<KVNamespace {self._name}>"

    async def get(self, key, type="text"):
        """The value as "text", "json" or "bytes"; None if the key has none."""
        found = await self.get_with_metadata(key, type)
        return found and found.value

    async def get_with_metadata(self, key, type="text"):
        if type not in _conversions:
            raise TypeError(f'a value can be read as "text", "json" or "bytes", not as "{type}"')
        value, body = await bindings.call("kv", "get", {"name": self._name, "key": key})
        if value is None:
            return None
        return Found(_conversions[type](body), value.get("metadata"), value.get("revision"))

    async def put(self, key, value, *, expiration=None, expiration_ttl=None, metadata=None, if_revision=None):
        """Puts text or bytes, and returns the value's new revision."""
        if isinstance(value, str):
            value = value.encode()
        elif not isinstance(value, (bytes, bytearray, memoryview)):
            raise TypeError(f"a value is str or bytes, not {value.__class__.__name__}")
        arguments = {
            "name": self._name,
            "key": key,
            "expiration": expiration,
            "expirationTtl": expiration_ttl,
            "metadata": metadata,
            "ifRevision": if_revision,
        }
        reply, _ = await bindings.call("kv", "put", arguments, bytes(value))
        return reply["revision"]

    async def delete(self, key, *, if_revision=None):
        await bindings.call("kv", "delete", {"name": self._name, "key": key, "ifRevision": if_revision})

    async def list(self, *, prefix=None, limit=None, cursor=None):
        """A page of keys: a dict with "keys", "list_complete" and, if there are more, "cursor"."""
        options = {"prefix": prefix, "limit": limit, "cursor": cursor}
        value, _ = await bindings.call("kv", "list", {"name": self._name, **options})
        return value


_conversions = {"text": lambda body: body.decode("utf-8", "replace"), "json": _json.loads, "bytes": bytes}
