"""The module that programs on Plinth use: docs/reference/python.md."""

from _plinth.bindings import BindingError
from _plinth.fetching import fetch
from _plinth.http import Headers, Request, Response
from _plinth.kv import KVNamespace

__all__ = ["BindingError", "Headers", "KVNamespace", "Request", "Response", "fetch"]
