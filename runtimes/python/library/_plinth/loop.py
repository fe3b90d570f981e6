"""asyncio over steps: the loop runs ready callbacks, and leaves the wait for the others to the host."""

import asyncio
import asyncio.events
import heapq

from . import bindings, door

# A timer of the host may end a little before the clock of the program shows its time.
_EARLY_SECONDS = 0.001


class Loop(asyncio.BaseEventLoop):
    """The event loop of one request. It has no thread, no socket and no file, and never blocks."""

    def __init__(self):
        super().__init__()
        self._timer = None

    def _process_events(self, event_list):
        pass

    def _write_to_self(self):
        pass

    def _check_running(self):
        raise RuntimeError("a loop runs already, the request's: use await")

    def run_in_executor(self, executor, func, *args):
        """There are no threads: the function runs here and now."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    async def getaddrinfo(self, *args, **kwargs):
        raise OSError("there are no sockets: use plinth.fetch")

    create_connection = create_datagram_endpoint = create_server = getaddrinfo

    def run_ready(self):
        """Runs the ready callbacks, and those that become ready meanwhile."""
        asyncio.events._set_running_loop(self)
        self._thread_id = 1
        try:
            while True:
                self._take_due()
                if not self._ready:
                    return
                handle = self._ready.popleft()
                if not handle._cancelled:
                    handle._run()
        finally:
            self._thread_id = None
            asyncio.events._set_running_loop(None)

    def _take_due(self):
        scheduled = self._scheduled
        while scheduled:
            handle = scheduled[0]
            if not handle._cancelled and handle._when > self.time() + _EARLY_SECONDS:
                return
            heapq.heappop(scheduled)._scheduled = False
            if handle._cancelled:
                self._timer_cancelled_count -= 1
            else:
                self._ready.append(handle)

    def wait(self):
        """Makes the host wake the request at the next timer. Returns False if nothing can wake it."""
        due = self._scheduled[0]._when if self._scheduled else None
        if self._timer is not None and self._timer[1] != due:
            door.cancel(self._timer[0])
            self._timer = None
        if due is not None and self._timer is None:
            self._timer = (door.start_timer(max(0.0, (due - self.time()) * 1000)), due)
        return due is not None or bindings.under_way()

    def end_operation(self, operation, failed, payload):
        if self._timer is not None and self._timer[0] == operation:
            self._timer = None
        else:
            bindings.end(operation, failed, payload)
