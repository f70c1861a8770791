"""The callbacks of a client run in a copy of the context that connected, those of a server in that of the server."""
import asyncio
import contextvars

import network

CLOCK = 'real'
name = contextvars.ContextVar('name', default='anonymous')


class Recorder(network.Recorder):
    def connection_made(self, transport):
        self.lane(name.get())
        super().connection_made(transport)

    def data_received(self, data):
        self.lane(name.get(), data)
        super().data_received(data)

    def eof_received(self):
        self.lane(name.get())
        return super().eof_received()


async def main(trace):
    loop = asyncio.get_running_loop()
    arrived = loop.create_future()

    def make():
        arrived.set_result(Recorder(trace.lane('server')))
        trace('factory of the server', name.get())
        return arrived.result()

    def make_client():
        trace('factory of the client', name.get())
        name.set('the client factory')
        return Recorder(trace.lane('client'))

    async def start():
        name.set('the server')
        return await network.serve(make)

    async def connect():
        name.set('the client')
        connected = await loop.create_connection(make_client, '127.0.0.1', port)
        trace(name.get())
        return connected

    server, port = await asyncio.create_task(start())
    name.set('main')
    transport, client = await asyncio.create_task(connect())
    accepted = await arrived
    transport.write(b'question')
    await accepted.received(8)
    accepted.transport.write(b'answer')
    await client.received(6)
    accepted.transport.close()
    await network.end(server, client, accepted)
