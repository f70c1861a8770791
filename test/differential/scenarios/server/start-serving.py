"""A server that does not serve yet: bound, refusing; then serving, once."""
import asyncio

import network

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    server, port = await network.serve(lambda: network.Recorder(trace.lane('server')), start_serving=False)
    trace(server.is_serving(), len(server.sockets), port > 0, server.get_loop() is loop)
    try:
        await loop.create_connection(asyncio.Protocol, '127.0.0.1', port)
    except OSError as error:
        trace(error)
    await server.start_serving()
    trace(server.is_serving())
    await server.start_serving()
    transport, client = await loop.create_connection(
        lambda: network.Recorder(trace.lane('client')), '127.0.0.1', port)
    transport.close()
    await client.lost
    server.close()
    trace(server.is_serving(), len(server.sockets))
    server.close()
    try:
        await server.serve_forever()
    except RuntimeError as error:
        trace(trace.kind(error))
    await server.wait_closed()
    await server.wait_closed()
    try:
        await loop.create_connection(asyncio.Protocol, '127.0.0.1', port)
    except OSError as error:
        trace(error)
