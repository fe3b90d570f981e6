"""Requests to other servers (docs/reference/fetch.md). Bodies are whole in both directions."""

from . import bindings
from .http import FetchedResponse, Headers


async def fetch(url, *, method="GET", headers=(), body=b"", redirect="follow"):
    """The response of a server that "fetch" of plinth.jsonc allows. Raises BindingError if there is none."""
    if isinstance(body, str):
        body = body.encode()
    named = {"method": method, "url": str(url), "redirect": redirect, "headers": Headers(headers).items()}
    head, received = await bindings.call("fetch", "fetch", named, bytes(body))
    return FetchedResponse(head, received)
