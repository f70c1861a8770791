"""A protocol that raises over TLS: what is reported, and how the connection ends."""
import asyncio

import certificate
import network

CLOCK = 'real'


class Faulty(network.Recorder):
    def __init__(self, lane, fault):
        super().__init__(lane)
        self.fault = fault

    def data_received(self, data):
        super().data_received(data)
        if self.fault == 'data_received':
            raise ValueError('data_received')

    def eof_received(self):
        super().eof_received()
        if self.fault == 'eof_received':
            raise ValueError('eof_received')


async def main(trace):
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: trace('handler', *trace.context(context)[1:]))
    for fault in ('data_received', 'eof_received'):
        arrived = loop.create_future()

        def make():
            arrived.set_result(Faulty(trace.lane(f'{fault}: server'), fault))
            return arrived.result()

        server, port = await network.serve(make, ssl=certificate.server_context())
        transport, client = await loop.create_connection(
            lambda: network.Recorder(lambda *_: None), '127.0.0.1', port,
            ssl=certificate.client_context(), server_hostname='localhost')
        accepted = await arrived
        await accepted.made
        transport.write(b'data')
        await accepted.received(4)
        transport.close()
        await network.end(server, accepted)
        transport.abort()
        await client.lost
