"""sock_recvfrom(), sock_recvfrom_into() and sock_sendto(): one datagram a call, empty ones too."""
import asyncio
import socket

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.bound(socket.SOCK_DGRAM) as a, sockets.bound(socket.SOCK_DGRAM) as b:
        address = a.getsockname()
        receiving = asyncio.create_task(receive(loop, a))
        await asyncio.sleep(0)
        for data in b'one', b'', b'three':
            trace(await loop.sock_sendto(b, data, address))
        data, sender = await receiving
        trace(data, sender == b.getsockname())
        data, sender = await loop.sock_recvfrom(a, 100)
        trace(data, sender == b.getsockname())
        data, sender = await loop.sock_recvfrom(a, 2)
        trace(data)
        memory = bytearray(b'.' * 6)
        for size in 0, 3:
            await loop.sock_sendto(b, b'abcde', address)
            count, sender = await loop.sock_recvfrom_into(a, memory, size)
            trace(count, sender == b.getsockname(), memory)
        try:
            await loop.sock_sendto(b, b'-' * 70000, address)
        except OSError as error:
            trace(error)


async def receive(loop, sock):
    return await loop.sock_recvfrom(sock, 100)
