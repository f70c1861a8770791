"""What loop.sendfile() refuses."""
import asyncio

import network

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    client, accepted, server = await network.recorders(trace)
    with open('package.json', 'rb') as file:
        for args in (file, 0, 0), (file, 0, -1), (file, -1), (file, 0, 'x'):
            try:
                trace(await loop.sendfile(client.transport, *args))
            except Exception as error:
                trace(trace.kind(error))
        client.transport.close()
        try:
            await loop.sendfile(client.transport, file)
        except RuntimeError as error:
            trace(error)
    await network.end(server, client, accepted)
