"""The errors of the system reach the task that awaits the call."""
import asyncio

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()

    async def attempt(awaitable):
        try:
            trace(await awaitable)
        except OSError as error:
            trace(error)

    with sockets.unconnected() as sock:
        await attempt(loop.sock_recv(sock, 10))
        await attempt(loop.sock_sendall(sock, b'x'))
        await attempt(loop.sock_accept(sock))
    await attempt(loop.sock_recv(sock, 10))
    await attempt(loop.sock_recv_into(sock, bytearray(1)))
    await attempt(loop.sock_sendall(sock, b'x'))
    with sockets.pair() as (a, b):
        b.close()
        await attempt(loop.sock_sendall(a, b'x'))
    with sockets.pair() as (a, b):
        sockets.fill(a)
        task = asyncio.create_task(attempt(loop.sock_sendall(a, b'x')))
        await asyncio.sleep(0)
        b.close()
        await task
