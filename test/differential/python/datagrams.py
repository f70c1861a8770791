"""What scenarios with datagrams share: a protocol that notes what happens to it, and endpoints on the loopback interface."""
import asyncio


class Recorder(asyncio.DatagramProtocol):
    """Notes every call in a lane of the trace."""

    def __init__(self, lane):
        self.lane = lane
        self.lost = asyncio.get_running_loop().create_future()
        self.count = 0
        self._waiting = []

    def connection_made(self, transport):
        self.transport = transport
        self.lane('made')

    def datagram_received(self, data, address):
        self.lane('datagram', data)
        self.sender = address
        self._note()

    def error_received(self, error):
        self.lane('error', error)
        self._note()

    def connection_lost(self, error):
        self.lane('lost', error)
        self.lost.set_result(None)

    def _note(self):
        self.count += 1
        for waiter in [waiter for waiter in self._waiting if waiter[0] <= self.count]:
            self._waiting.remove(waiter)
            waiter[1].set_result(None)

    async def arrived(self, count):
        """Waits until this many datagrams and errors have come."""
        if self.count < count:
            waiter = (count, asyncio.get_running_loop().create_future())
            self._waiting.append(waiter)
            await waiter[1]


async def endpoint(lane, **options):
    """An endpoint on a free port, unless options say something else, and its address."""
    options = options or {'local_addr': ('127.0.0.1', 0)}
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(lambda: Recorder(lane), **options)
    return protocol, transport.get_extra_info('sockname')
