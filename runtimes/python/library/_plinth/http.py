"""Requests and responses as programs see them."""

import json as _json


class Headers:
    """Header fields in their order. Names are in lower case, and are found in any case."""

    def __init__(self, fields=()):
        pairs = fields.items() if hasattr(fields, "items") else fields
        self._fields = [(name.lower(), str(value)) for name, value in pairs]

    def get(self, name, default=None):
        """Returns the values of a field, with commas between them."""
        name = name.lower()
        values = [value for known, value in self._fields if known == name]
        return ", ".join(values) if values else default

    def get_all(self, name):
        name = name.lower()
        return [value for known, value in self._fields if known == name]

    def append(self, name, value):
        self._fields.append((name.lower(), str(value)))

    def __getitem__(self, name):
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def __setitem__(self, name, value):
        del self[name]
        self.append(name, value)

    def __delitem__(self, name):
        name = name.lower()
        self._fields = [field for field in self._fields if field[0] != name]

    def __contains__(self, name):
        return any(known == name.lower() for known, _ in self._fields)

    def __iter__(self):
        return iter(dict(self._fields))

    def __len__(self):
        return len(dict(self._fields))

    def items(self):
        return list(self._fields)

    def __repr__(self):
        return f"Headers({self._fields!r})"


class _Body:
    """A message whose body is there as a whole."""

    body = b""

    async def bytes(self):
        return self.body

    async def text(self):
        return self.body.decode("utf-8", "replace")

    async def json(self):
        return _json.loads(self.body)


class Request(_Body):
    def __init__(self, method, url, headers, body):
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body

    def __repr__(self):
        return f"<Request {self.method} {self.url}>"


class Response(_Body):
    def __init__(self, body=b"", status=200, headers=()):
        self.status = status
        self.headers = Headers(headers)
        if isinstance(body, str):
            body = body.encode()
            if "content-type" not in self.headers:
                self.headers["content-type"] = "text/plain; charset=utf-8"
        elif body is None:
            body = b""
        #: An asynchronous iterator of str or bytes, if the body flows.
        self.stream = None
        if hasattr(body, "__aiter__"):
            self.stream = aiter(body)
            body = b""
        elif not isinstance(body, (bytes, bytearray, memoryview)):
            kind = type(body).__name__
            raise TypeError(f"a body is str, bytes or an async iterator, not {kind}; Response.json takes values")
        self.body = bytes(body)

    @classmethod
    def json(cls, value, status=200, headers=()):
        made = cls(_json.dumps(value), status, {"content-type": "application/json", **dict(headers)})
        return made

    @classmethod
    def redirect(cls, url, status=302):
        return cls(b"", status, {"location": url})

    @property
    def ok(self):
        return 200 <= self.status <= 299

    def __repr__(self):
        return f"<Response {self.status}>"


class FetchedResponse(Response):
    """The answer of another server."""

    def __init__(self, head, body):
        super().__init__(body, head["status"], head["headers"])
        self.url = head["url"]
        self.redirected = head["redirected"]
        self.status_text = head["statusText"]

    async def json(self):
        return _json.loads(self.body)


def response_of(value):
    """Makes a Response of a handler's answer, which may also be text or bytes."""
    if isinstance(value, Response):
        return value
    if isinstance(value, (str, bytes)):
        return Response(value)
    raise TypeError(f"a handler answers with a Response, str or bytes, not {type(value).__name__}")
