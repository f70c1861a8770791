"""A create_connection() that is cancelled, at once or after some turns, ends cancelled and makes no protocol."""
import asyncio

import network

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    server, port = await network.serve(asyncio.Protocol)
    made = []

    def make():
        made.append(1)
        return asyncio.Protocol()

    for turns in (0, 1):
        task = asyncio.create_task(loop.create_connection(make, '127.0.0.1', port))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel('enough')
        try:
            await task
        except asyncio.CancelledError as error:
            trace(error, len(made))
    transport, _ = await loop.create_connection(make, '127.0.0.1', port)
    trace('connected', len(made))
    transport.abort()
    server.close()
    await server.wait_closed()
