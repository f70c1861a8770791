"""Several sockets at once: the results in the order of the calls, the wake-ups in that of the events."""
import asyncio

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.pair() as (a, b), sockets.pair() as (c, d), sockets.pair() as (e, f):

        async def receive(name, sock):
            data = await loop.sock_recv(sock, 10)
            trace(name, data)
            return data

        async def together():
            return await asyncio.gather(receive('one', a), receive('two', c), receive('three', e))

        task = asyncio.create_task(together())
        for _ in range(3):
            await asyncio.sleep(0)
        for sock, data in (f, b'3'), (d, b'2'), (b, b'1'):
            sock.send(data)
        trace(await task)
        task = asyncio.create_task(together())
        for _ in range(3):
            await asyncio.sleep(0)
        d.send(b'2')
        b.send(b'1')
        await asyncio.sleep(0.01)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            trace('cancelled')
        f.send(b'3')
        trace(await loop.sock_recv(e, 10))
