"""sock_accept() that is cancelled and called again at once loses no connection."""
import asyncio

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.bound() as server:

        async def accept():
            return await loop.sock_accept(server)

        for _ in range(3):
            task = asyncio.create_task(accept())
            await asyncio.sleep(0)
            task.cancel()
            again = asyncio.create_task(accept())
            with sockets.unconnected() as client:
                await loop.sock_connect(client, server.getsockname())
                connection, address = await again
                await asyncio.wait([task])
                trace(task.cancelled(), address == client.getsockname())
                connection.close()
