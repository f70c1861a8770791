"""A peer that never begins the handshake, and one that never answers close_notify."""
import asyncio

import certificate
import network

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: trace('handler', *trace.context(context)))
    silent, port = await network.serve(asyncio.Protocol)
    try:
        await loop.create_connection(
            asyncio.Protocol, '127.0.0.1', port, ssl=certificate.client_context(),
            server_hostname='localhost', ssl_handshake_timeout=0.05)
    except ConnectionAbortedError as error:
        trace(trace.kind(error))
    for wrong in (0, -1):
        try:
            await loop.create_connection(
                asyncio.Protocol, '127.0.0.1', port, ssl=certificate.client_context(),
                server_hostname='localhost', ssl_handshake_timeout=wrong)
        except ValueError as error:
            trace(trace.kind(error))
    server, port = await network.serve(
        lambda: network.Recorder(trace.lane('server')), ssl=certificate.server_context(), ssl_handshake_timeout=0.05)
    _, client = await loop.create_connection(
        lambda: network.Recorder(trace.lane('client that says nothing')), '127.0.0.1', port)
    await client.lost
    server.close()
    silent.close()
