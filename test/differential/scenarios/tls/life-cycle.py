"""A connection over TLS, closed by either end: neither protocol is called before the handshake; both are notified of the end once."""
import asyncio

import certificate
import network

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    for closes in ('client', 'server'):
        arrived = loop.create_future()

        def make():
            arrived.set_result(network.Recorder(trace.lane(f'{closes} closes: server')))
            return arrived.result()

        server, port = await network.serve(make, ssl=certificate.server_context())
        transport, client = await loop.create_connection(
            lambda: network.Recorder(trace.lane(f'{closes} closes: client')), '127.0.0.1', port,
            ssl=certificate.client_context(), server_hostname='localhost')
        accepted = await arrived
        await accepted.made
        client.notes_flow = accepted.notes_flow = False
        trace(transport is client.transport, transport.can_write_eof(), transport.is_reading())
        try:
            transport.write_eof()
        except NotImplementedError as error:
            trace(trace.kind(error))
        trace(transport.get_extra_info('cipher') is not None, bool(transport.get_extra_info('peercert')))
        trace(accepted.transport.get_extra_info('peercert') or None)
        client.transport.write(b'question')
        await accepted.received(8)
        accepted.transport.write(b'a' * 1_000_000)
        await client.received(1_000_000)
        closing = client if closes == 'client' else accepted
        closing.transport.write(b'bye')
        closing.transport.close()
        closing.transport.write(b'too late')
        trace(closing.transport.is_closing())
        await network.end(server, client, accepted)
        trace(client.data[-3:], accepted.data)
