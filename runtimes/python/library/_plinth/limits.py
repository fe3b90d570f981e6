"""What a program on a shared host cannot have, refused with a sentence that says what there is instead."""

import time


def _sleep(seconds):
    raise RuntimeError("time.sleep would hold the thread that serves other tenants: use await asyncio.sleep")


def set_up():
    time.sleep = _sleep
    # The host tells the time, and not how exact its clocks are.
    clocks = {name: time.get_clock_info(name) for name in ("monotonic", "perf_counter", "time")}
    time.get_clock_info = clocks.__getitem__
