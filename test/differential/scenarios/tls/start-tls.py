"""Both ends upgrade a connection; the protocol stays, its transport is another."""
import asyncio

import certificate
import network

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    client, accepted, server = await network.recorders(trace)
    client.transport.write(b'STARTTLS\n')
    await accepted.received(9)
    old = accepted.transport
    accepted.transport.write(b'go ahead\n')
    upgraded = asyncio.create_task(
        loop.start_tls(accepted.transport, accepted, certificate.server_context(), server_side=True))
    await client.received(9)
    client.transport = await loop.start_tls(
        client.transport, client, certificate.client_context(), server_hostname='localhost')
    accepted.transport = await upgraded
    trace(accepted.transport is old, accepted.transport.get_protocol() is accepted)
    trace(client.transport.get_extra_info('cipher') is not None)
    client.transport.write(b'secret')
    await accepted.received(15)
    accepted.transport.write(b'answer')
    await client.received(15)
    trace(client.data, accepted.data)
    client.transport.close()
    await network.end(server, client, accepted)
    try:
        await loop.start_tls(client.transport, client, object())
    except TypeError as error:
        trace(error)
