"""Tracebacks for tenants, without the frames of the code that called theirs."""

import traceback

_ARCHIVE = "/usr/local/lib/python315.zip/"
_OWN = ("<plinth>/", _ARCHIVE + "asyncio/", _ARCHIVE + "importlib/", "<frozen importlib")


def text_of(error):
    shown = traceback.TracebackException.from_exception(error)
    part = shown
    while part is not None:
        kept = [frame for frame in part.stack if not frame.filename.startswith(_OWN)]
        if kept:
            part.stack[:] = kept
        part = part.__cause__ or part.__context__
    return "".join(shown.format()).rstrip()
