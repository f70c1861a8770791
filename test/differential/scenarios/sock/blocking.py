"""A blocking socket is refused in debug mode."""
import asyncio

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.pair() as (a, b):
        a.setblocking(True)
        loop.set_debug(True)
        for call in (
            lambda: loop.sock_recv(a, 1),
            lambda: loop.sock_recv_into(a, bytearray(1)),
            lambda: loop.sock_recvfrom(a, 1),
            lambda: loop.sock_recvfrom_into(a, bytearray(1)),
            lambda: loop.sock_sendall(a, b'x'),
            lambda: loop.sock_sendto(a, b'x', ''),
            lambda: loop.sock_connect(a, ''),
            lambda: loop.sock_accept(a),
        ):
            try:
                await call()
            except ValueError as error:
                trace(error)
        loop.set_debug(False)
        b.send(b'x')
        trace(await loop.sock_recv(a, 1))
