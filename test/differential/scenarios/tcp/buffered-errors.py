"""What a BufferedProtocol does wrong is reported, and ends the connection."""
import asyncio

import network

CLOCK = 'real'


class Faulty(asyncio.BufferedProtocol):
    def __init__(self, lane, fault):
        self.lane = lane
        self.fault = fault
        self.lost = asyncio.get_running_loop().create_future()

    def get_buffer(self, sizehint):
        if self.fault == 'get_buffer() raises':
            raise ValueError('no buffer')
        return bytearray(0 if self.fault == 'an empty buffer' else 10)

    def buffer_updated(self, count):
        raise ValueError('not updated')

    def connection_lost(self, error):
        self.lane('lost', None if error is None else self.lane.kind(error))
        self.lost.set_result(None)



async def main(trace):
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: trace('handler', *trace.context(context)))
    for fault in ('get_buffer() raises', 'an empty buffer', 'buffer_updated() raises'):
        client, accepted, server = await network.pair(
            lambda: Faulty(trace.lane(f'{fault}: client'), fault),
            lambda: network.Recorder(trace.lane(f'{fault}: server')))
        accepted.transport.write(b'data')
        await client.lost
        accepted.transport.abort()
        await network.end(server, accepted)
