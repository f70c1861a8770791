"""What the exception handler receives when a protocol raises, and how the connection ends."""
import asyncio

import network

CLOCK = 'real'


class Faulty(network.Recorder):
    def __init__(self, lane, fault):
        super().__init__(lane)
        self.fault = fault

    def fail(self, method):
        if self.fault == method:
            raise ValueError(method)

    def connection_made(self, transport):
        super().connection_made(transport)
        self.fail('connection_made')

    def data_received(self, data):
        super().data_received(data)
        self.fail('data_received')

    def eof_received(self):
        super().eof_received()
        self.fail('eof_received')

    def connection_lost(self, error):
        super().connection_lost(error)
        self.fail('connection_lost')


async def main(trace):
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: trace('handler', *trace.context(context)))
    for fault in ('connection_made', 'data_received', 'eof_received', 'connection_lost'):
        trace(fault)
        client, accepted, server = await network.pair(
            lambda: network.Recorder(trace.lane(f'{fault}: client')),
            lambda: Faulty(trace.lane(f'{fault}: server'), fault))
        client.transport.write(b'data')
        await accepted.received(4)
        if fault != 'data_received':
            client.transport.write_eof()
        await network.end(server, client, accepted)
        trace(accepted.data)
