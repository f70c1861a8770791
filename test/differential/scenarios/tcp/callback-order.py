"""connection_made runs before create_connection() returns, connection_lost in an iteration of its own after close()."""
import asyncio

import network

CLOCK = 'real'


class Client(network.Recorder):
    def connection_made(self, transport):
        asyncio.get_running_loop().call_soon(self.lane, 'what connection_made scheduled')
        super().connection_made(transport)


async def main(trace):
    loop = asyncio.get_running_loop()
    lane = trace.lane('client')
    accepted = loop.create_future()

    def make():
        protocol = network.Recorder(trace.lane('server'))
        accepted.set_result(protocol)
        return protocol

    server, port = await network.serve(make)
    transport, client = await loop.create_connection(lambda: Client(lane), '127.0.0.1', port)
    lane('connected')
    await asyncio.sleep(0)
    lane('a turn later')
    other = await accepted
    loop.call_soon(lane, 'before')
    transport.close()
    lane('closed')
    loop.call_soon(lane, 'after')
    await network.end(server, client, other)
