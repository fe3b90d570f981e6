"""The answer of a request, whole or in pieces (docs/reference/streams.md)."""

from . import bindings, door

# Bytes that a program may write before the host says that the client takes them.
_WINDOW = 256 << 10


class Flow:
    """
    Takes a response from the program. A response that is complete when the program can do no more leaves as a whole. The
    head and the pieces of any other response leave at the end of each step, by calls of the host.
    """

    def __init__(self, is_head):
        self.status = None
        self.headers = []
        self.ended = False
        # Whether the head has left.
        self.begun = False
        self._is_head = is_head
        self._pieces = []
        self._bytes = 0
        # Bytes that have left since the host last said that the client takes them.
        self._ahead = 0

    def start(self, status, headers):
        if self.status is not None:
            raise RuntimeError("a response has one head")
        self.status = status
        self.headers = headers

    async def write(self, piece):
        """Takes bytes. Waits for a slower client. Raises ConnectionResetError if nobody reads any more."""
        if self.status is None:
            raise RuntimeError("a response begins with its status and its header fields")
        if self.ended:
            raise RuntimeError("the response has ended")
        self._pieces.append(bytes(piece))
        self._bytes += len(piece)
        if self._bytes + self._ahead >= _WINDOW and not self._is_head:
            self.send()
            try:
                await bindings.call("response", "drained", {})
            except bindings.BindingError as error:
                raise ConnectionResetError(str(error)) from error
            self._ahead = 0

    def end(self):
        self.ended = True

    def whole(self):
        """The body of a response that has ended before anything of it has left."""
        return b"".join(self._pieces)

    def send(self):
        """Lets the written bytes leave."""
        if self.status is None or self._is_head and not self.ended:
            return
        if not self.begun:
            self.begun = True
            self._call("head", {"status": self.status, "headers": self.headers})
        elif self._bytes:
            self._call("write", {})
        if self.ended:
            self._call("end", {})

    def _call(self, method, arguments):
        door.call_binding(bindings.frame("response", method, arguments, b"".join(self._pieces)))
        self._ahead += self._bytes
        self._bytes = 0
        self._pieces.clear()
