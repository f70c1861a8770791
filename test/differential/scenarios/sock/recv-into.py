"""sock_recv_into() fills the memory of the caller."""
import asyncio

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.pair() as (a, b):
        memory = bytearray(b'.' * 8)
        b.send(b'abcdef')
        trace(await loop.sock_recv_into(a, memoryview(memory)[2:6]), memory)
        task = asyncio.create_task(receive(loop, a, memory))
        trace(await task, memory)
        task = asyncio.create_task(receive(loop, a, memory))
        await asyncio.sleep(0)
        b.send(b'z')
        trace(await task, memory)
        b.close()
        trace(await loop.sock_recv_into(a, memory), memory)


async def receive(loop, sock, memory):
    return await loop.sock_recv_into(sock, memory)
