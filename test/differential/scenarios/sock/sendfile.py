"""sock_sendfile() sends a file, or a part of it, and moves its position."""
import asyncio
import tempfile

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.pair() as (a, b), tempfile.TemporaryFile(buffering=0) as file:
        trace(await loop.sock_sendfile(a, file))
        file.write(b'0123456789')
        for fallback in True, False:
            for offset, count in (0, None), (3, None), (3, 4), (8, 100), (20, None), (0, 2):
                file.seek(1)
                sent = await loop.sock_sendfile(a, file, offset, count, fallback=fallback)
                trace(sent, await loop.sock_recv(b, 100) if sent > 0 else b'', file.tell())
