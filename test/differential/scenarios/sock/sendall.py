"""sock_sendall() costs no turn when everything fits, and otherwise waits until all is sent."""
import asyncio

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.pair() as (a, b):
        loop.call_soon(trace, 'a turn')
        trace(await loop.sock_sendall(a, b'small'), await loop.sock_sendall(a, b''))
        await asyncio.sleep(0)
        trace(await loop.sock_recv(b, 100))
        data = bytes(range(256)) * 20000
        sending = asyncio.create_task(send(trace, loop, a, data))
        received = b''
        while len(received) < len(data):
            received += await loop.sock_recv(b, 1000000)
        await sending
        trace(received == data)
        filled = sockets.fill(a)
        task = asyncio.create_task(send(trace, loop, a, b'cancelled'))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        trace(task.cancelled())
        while filled > 0:
            filled -= len(await loop.sock_recv(b, 1000000))
        await loop.sock_sendall(a, b'next')
        trace(await loop.sock_recv(b, 100))


async def send(trace, loop, sock, data):
    await loop.sock_sendall(sock, data)
    trace('sent')
