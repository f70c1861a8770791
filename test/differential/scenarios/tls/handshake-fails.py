"""A client that does not trust the server, or asks for another name, or speaks no TLS at all."""
import asyncio
import ssl

import certificate
import network

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: trace('handler', *trace.context(context)))
    server, port = await network.serve(lambda: network.Recorder(lane), ssl=certificate.server_context())
    lane = trace.lane('server')
    for context, name in (
        (ssl.create_default_context(), 'localhost'),
        (certificate.client_context(), 'example.org'),
        (certificate.client_context(), None),
    ):
        try:
            await loop.create_connection(
                lambda: network.Recorder(lane), '127.0.0.1', port, ssl=context, server_hostname=name)
        except OSError as error:
            trace(name, error)
    transport, client = await loop.create_connection(
        lambda: network.Recorder(trace.lane('plain client')), '127.0.0.1', port)
    transport.write(b'this is not TLS\r\n\r\n')
    await client.lost
    transport, client = await loop.create_connection(
        lambda: network.Recorder(trace.lane('client that leaves')), '127.0.0.1', port)
    transport.close()
    await client.lost
    server.close()
