"""loop.sendfile() sends a file or a part of it between what is written before and after."""
import asyncio
import tempfile

import network

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    client, accepted, server = await network.recorders(trace)
    with tempfile.TemporaryFile() as file:
        trace(await loop.sendfile(client.transport, file))
        file.write(b'0123456789')
        file.flush()
        client.transport.write(b'<')
        for offset, count in (0, None), (3, None), (3, 4), (8, 100), (20, None):
            trace(await loop.sendfile(client.transport, file, offset, count))
            client.transport.write(b'|')
        client.transport.write(b'>')
    await accepted.received(30)
    trace(accepted.data)
    client.transport.close()
    await network.end(server, client, accepted)
