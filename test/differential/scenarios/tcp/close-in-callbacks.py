"""A protocol that closes in connection_made, or on the first data, is notified of nothing more but the end."""
import asyncio

import network

CLOCK = 'real'


class Closing(network.Recorder):
    def __init__(self, lane, when, how):
        super().__init__(lane)
        self.when = when
        self.how = how

    def finish(self):
        self.transport.write(b'bye')
        getattr(self.transport, self.how)()
        self.lane(self.how, self.transport.is_closing(), self.transport.is_reading())

    def connection_made(self, transport):
        super().connection_made(transport)
        if self.when == 'connection_made':
            self.finish()

    def data_received(self, data):
        self.lane('data', data)
        super().data_received(data)
        self.finish()


async def main(trace):
    for when in ('connection_made', 'data_received'):
        for how in ('close', 'abort'):
            client, accepted, server = await network.pair(
                lambda: network.Recorder(trace.lane(f'{when} {how}: client')),
                lambda: Closing(trace.lane(f'{when} {how}: server'), when, how))
            if when == 'data_received':
                client.transport.write(b'first')
                await accepted.received(5)
            await network.end(server, accepted, client)
            trace(client.data)
