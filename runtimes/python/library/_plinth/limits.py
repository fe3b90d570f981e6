"""Refuses features that a shared host cannot give, with a sentence that names another way."""

import time


def _sleep(seconds):
    raise RuntimeError("time.sleep would hold the thread that serves other tenants: use await asyncio.sleep")


def set_up():
    time.sleep = _sleep
    # The host does not say how exact its clocks are.
    clocks = {name: time.get_clock_info(name) for name in ("monotonic", "perf_counter", "time")}
    time.get_clock_info = clocks.__getitem__
