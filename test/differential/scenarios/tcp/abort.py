"""abort() drops what is unsent; connection_lost is the next callback."""
import asyncio

import network

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    client, accepted, server = await network.recorders(trace)
    accepted.transport.pause_reading()
    client.transport.write(b'x' * 50_000_000)
    trace(client.transport.get_write_buffer_size() > 0)
    loop.call_soon(client.lane, 'scheduled before')
    client.transport.abort()
    client.lane('aborted', client.transport.is_closing(), client.transport.get_write_buffer_size())
    client.transport.abort()
    client.transport.close()
    client.transport.write(b'in vain')
    loop.call_soon(client.lane, 'scheduled after')
    await client.lost
    accepted.transport.abort()
    await network.end(server, accepted)
    trace(len(accepted.data) < 50_000_000)
