"""Both ends close their sending halves and keep the connection: it ends when one closes it."""
import asyncio

import network

CLOCK = 'real'


async def main(trace):
    client, accepted, server = await network.recorders(trace)
    client.keep_open = accepted.keep_open = True
    client.transport.write_eof()
    await accepted.eof
    accepted.transport.write_eof()
    await client.eof
    for _ in range(3):
        await asyncio.sleep(0)
    trace(client.transport.is_closing(), accepted.transport.is_closing())
    client.transport.close()
    accepted.transport.close()
    await network.end(server, client, accepted)
