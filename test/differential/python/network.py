"""What scenarios with sockets share: a protocol that notes what happens to it, and pairs of connected ones."""
import asyncio


class Recorder(asyncio.Protocol):
    """Notes every call in a lane of the trace; what was received is kept and not noted, since it comes in any portions."""

    def __init__(self, lane):
        loop = asyncio.get_running_loop()
        self.lane = lane
        self.keep_open = False
        self.notes_flow = True
        self.data = b''
        self.made, self.eof, self.lost = (loop.create_future() for _ in range(3))
        self._enough = []

    def connection_made(self, transport):
        self.transport = transport
        self.lane('made')
        self.made.set_result(None)

    def data_received(self, data):
        self.data += data
        for waiter in [waiter for waiter in self._enough if len(self.data) >= waiter[0]]:
            self._enough.remove(waiter)
            waiter[1].set_result(None)

    def eof_received(self):
        self.lane('eof', len(self.data))
        self.eof.set_result(None)
        return self.keep_open

    def connection_lost(self, error):
        self.lane('lost', error)
        self.lost.set_result(None)

    def pause_writing(self):
        if self.notes_flow:
            self.lane('pause')

    def resume_writing(self):
        if self.notes_flow:
            self.lane('resume')

    async def received(self, count):
        """Waits until this many bytes have come in all."""
        if len(self.data) < count:
            waiter = (count, asyncio.get_running_loop().create_future())
            self._enough.append(waiter)
            await waiter[1]


async def serve(factory, **options):
    """A server on a free port of the loopback interface, and its port."""
    server = await asyncio.get_running_loop().create_server(factory, '127.0.0.1', 0, **options)
    return server, server.sockets[0].getsockname()[1]


async def pair(make_client, make_accepted):
    """A connected client, the protocol at the other end, and the server; the latter two have both been made."""
    loop = asyncio.get_running_loop()
    arrived = loop.create_future()

    def make():
        protocol = make_accepted()
        arrived.set_result(protocol)
        return protocol

    server, port = await serve(make)
    _, client = await loop.create_connection(make_client, '127.0.0.1', port)
    accepted = await arrived
    await accepted.made
    return client, accepted, server


async def recorders(trace, name=''):
    """Connects two recorders."""
    return await pair(lambda: Recorder(trace.lane(f'{name}client')), lambda: Recorder(trace.lane(f'{name}server')))


async def end(server, *protocols):
    """Waits for the ends of connections, and closes the server."""
    for protocol in protocols:
        await protocol.lost
    server.close()
    await server.wait_closed()
