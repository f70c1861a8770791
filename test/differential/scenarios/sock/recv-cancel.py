"""A call that is cancelled takes nothing, and can be made again at once."""
import asyncio

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.pair() as (a, b):

        async def receive():
            try:
                return await loop.sock_recv(a, 10)
            except asyncio.CancelledError:
                trace('cancelled')
                raise

        task = asyncio.create_task(receive())
        await asyncio.sleep(0)
        task.cancel()
        again = asyncio.create_task(receive())
        b.send(b'first')
        trace(await again)
        trace(task.cancelled())
        try:
            await asyncio.wait_for(loop.sock_recv(a, 10), 0.01)
        except TimeoutError as error:
            trace(error)
        b.send(b'second')
        trace(await loop.sock_recv(a, 10))
        task = asyncio.create_task(receive())
        await asyncio.sleep(0)
        b.send(b'third')
        task.cancel()
        await asyncio.wait([task])
        trace(task.cancelled(), await loop.sock_recv(a, 10))
