"""What sock_sendfile() refuses, and what it cannot send by the system call."""
import asyncio
import os
import socket

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()

    async def attempt(*args, **options):
        try:
            trace(await loop.sock_sendfile(*args, **options))
        except Exception as error:
            trace(trace.kind(error))

    with sockets.pair() as (a, b), sockets.pair(socket.SOCK_DGRAM) as (c, d), open('package.json', 'rb') as file:
        await attempt(c, file)
        await attempt(a, file, 0, 0)
        await attempt(a, file, 0, -1)
        await attempt(a, file, -1)
        reading, writing = os.pipe()
        os.write(writing, b'through a pipe')
        os.close(writing)
        with os.fdopen(reading, 'rb', buffering=0) as pipe:
            await attempt(a, pipe)
            await attempt(a, pipe, 0, 7, fallback=False)
        b.close()
        await attempt(a, file, 0, 7, fallback=False)
        try:
            await loop.sock_sendfile(a, file, 0, 7)
        except OSError as error:
            trace(error, 0)
