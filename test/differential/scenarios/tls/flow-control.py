"""Over TLS, too, a reader that pauses stops the writer, and everything arrives."""
import asyncio

import certificate
import network

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    arrived = loop.create_future()

    def make():
        arrived.set_result(network.Recorder(trace.lane('server')))
        return arrived.result()

    server, port = await network.serve(make, ssl=certificate.server_context())
    transport, client = await loop.create_connection(
        lambda: network.Recorder(trace.lane('client')), '127.0.0.1', port,
        ssl=certificate.client_context(), server_hostname='localhost')
    accepted = await arrived
    await accepted.made
    client.notes_flow = accepted.notes_flow = False
    trace(transport.get_write_buffer_limits())
    accepted.transport.pause_reading()
    trace(accepted.transport.is_reading())
    transport.write(b'x' * 20_000_000)
    accepted.transport.resume_reading()
    await accepted.received(20_000_000)
    transport.close()
    await network.end(server, client, accepted)
    trace(len(accepted.data))
