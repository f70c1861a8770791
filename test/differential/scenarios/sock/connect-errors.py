"""sock_connect() that fails."""
import asyncio
import socket

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    # It has a port, and does not listen.
    with sockets.unconnected() as refusing:
        refusing.bind(('127.0.0.1', 0))
        port = refusing.getsockname()[1]
        for host in '127.0.0.1', 'localhost', 'no.such.host.invalid':
            with sockets.unconnected() as client:
                try:
                    await loop.sock_connect(client, (host, port))
                except OSError as error:
                    trace(error)
    with socket.socket(socket.AF_UNIX) as client:
        client.setblocking(False)
        try:
            await loop.sock_connect(client, '/no/such/socket')
        except OSError as error:
            trace(error)
