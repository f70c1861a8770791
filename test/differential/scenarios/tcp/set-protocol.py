"""Another protocol takes over in mid-stream: it is not notified of the beginning, but of the end."""
import asyncio

import network

CLOCK = 'real'


class Handshake(network.Recorder):
    def __init__(self, lane, make_next):
        super().__init__(lane)
        self.make_next = make_next

    def data_received(self, data):
        self.lane('data', data)
        super().data_received(data)
        self.next = self.make_next(self.transport)
        self.transport.set_protocol(self.next)
        self.transport.write(b'ready')


async def main(trace):
    def make_next(transport):
        protocol = network.Recorder(trace.lane('the next protocol'))
        protocol.transport = transport
        return protocol

    client, accepted, server = await network.pair(
        lambda: network.Recorder(trace.lane('client')),
        lambda: Handshake(trace.lane('server'), make_next))
    client.transport.write(b'hello')
    await client.received(5)
    trace(accepted.transport.get_protocol() is accepted.next)
    client.transport.write(b'for the next one')
    await accepted.next.received(16)
    trace(accepted.data, accepted.next.data)
    client.transport.close()
    await network.end(server, client, accepted.next)
