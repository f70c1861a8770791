"""Nothing is delivered while reading is paused, not even the end; resuming delivers later, not at once."""
import asyncio

import network

CLOCK = 'real'


class Pausing(network.Recorder):
    def connection_made(self, transport):
        super().connection_made(transport)
        transport.pause_reading()
        transport.pause_reading()
        self.lane(transport.is_reading())

    def data_received(self, data):
        self.lane('data', data)
        super().data_received(data)
        self.transport.pause_reading()


async def main(trace):
    client, accepted, server = await network.pair(
        lambda: network.Recorder(trace.lane('client')), lambda: Pausing(trace.lane('server')))
    client.transport.write(b'one')
    for _ in range(5):
        await asyncio.sleep(0.002)
    trace(accepted.data)
    accepted.transport.resume_reading()
    accepted.transport.resume_reading()
    accepted.lane('resumed', accepted.transport.is_reading())
    await accepted.received(3)
    client.transport.write(b'two')
    client.transport.close()
    await client.lost
    for _ in range(5):
        await asyncio.sleep(0.002)
    trace(accepted.data, accepted.eof.done())
    accepted.transport.resume_reading()
    await accepted.received(6)
    trace(accepted.data, accepted.transport.is_reading())
    for _ in range(5):
        await asyncio.sleep(0.002)
    trace(accepted.eof.done())
    accepted.transport.resume_reading()
    await network.end(server, accepted)
    accepted.transport.pause_reading()
    accepted.transport.resume_reading()
    trace(accepted.transport.is_reading())
