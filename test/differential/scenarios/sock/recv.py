"""sock_recv() of what is there costs no turn; otherwise the task goes on one turn after the readers."""
import asyncio

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.pair() as (a, b), sockets.pair() as (c, d):
        b.send(b'there')
        loop.call_soon(trace, 'a turn')
        trace(await loop.sock_recv(a, 3), await loop.sock_recv(a, 10))
        await asyncio.sleep(0)

        def reader():
            trace('reader', c.recv(10))
            loop.remove_reader(c)
            loop.call_soon(trace, 'soon')

        async def receive():
            trace(await loop.sock_recv(a, 10))
            loop.call_soon(trace, 'soon after')

        loop.add_reader(c, reader)
        task = asyncio.create_task(receive())
        await asyncio.sleep(0)
        b.send(b'late')
        d.send(b'late')
        await task
        await asyncio.sleep(0)
        b.close()
        trace(await loop.sock_recv(a, 10))
        trace(await loop.sock_recv(a, 10))
