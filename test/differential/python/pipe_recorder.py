"""A protocol that notes what happens to one end of a pipe."""
import asyncio


class PipeRecorder(asyncio.Protocol):
    def __init__(self, trace):
        self.trace = trace
        self.data = b''
        self.lost = asyncio.get_running_loop().create_future()
        self._listeners = []

    def connection_made(self, transport):
        self.transport = transport
        self.trace('made', transport.is_closing())

    def data_received(self, data):
        self.data += data
        for listener in list(self._listeners):
            listener()

    def eof_received(self):
        self.trace('eof', self.data[:20])

    def connection_lost(self, error):
        self.trace('lost', error, self.transport.is_closing())
        self.lost.set_result(None)

    def pause_writing(self):
        self.trace('pause writing', self.transport.get_write_buffer_size() > 0)

    def resume_writing(self):
        self.trace('resume writing')

    async def received(self, size):
        """Waits until there are this many bytes."""
        enough = asyncio.get_running_loop().create_future()

        def listen():
            if len(self.data) >= size and not enough.done():
                enough.set_result(None)

        self._listeners.append(listen)
        listen()
        await enough
        self._listeners.remove(listen)
