"""An endpoint that is closed by its protocol is notified of nothing after that but its end."""
import asyncio

import datagrams

CLOCK = 'real'


class Closing(datagrams.Recorder):
    def datagram_received(self, data, address):
        super().datagram_received(data, address)
        self.transport.sendto(b'last', address)
        self.transport.close()


async def main(trace):
    loop = asyncio.get_running_loop()
    transport, closing = await loop.create_datagram_endpoint(
        lambda: Closing(trace.lane('closing')), local_addr=('127.0.0.1', 0))
    client, _ = await datagrams.endpoint(trace.lane('client'))
    client.transport.sendto(b'one', transport.get_extra_info('sockname'))
    client.transport.sendto(b'two', transport.get_extra_info('sockname'))
    await closing.lost
    await client.arrived(1)
    client.transport.close()
    await client.lost
