"""sock_connect() to addresses and names, and sock_accept()."""
import asyncio

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.bound() as server:
        for host in '127.0.0.1', 'localhost':
            accepting = asyncio.create_task(accept(loop, server))
            with sockets.unconnected() as client:
                trace(await loop.sock_connect(client, (host, server.getsockname()[1])))
                connection, address = await accepting
                trace(address == client.getsockname(), connection.getpeername() == address)
                trace(connection.getblocking())
                await loop.sock_sendall(connection, b'welcome')
                trace(await loop.sock_recv(client, 100))
                connection.close()
                trace(await loop.sock_recv(client, 100))
        with sockets.unconnected() as client:
            await loop.sock_connect(client, server.getsockname())
            loop.call_soon(trace, 'a turn')
            connection, address = await loop.sock_accept(server)
            trace('accepted', address == client.getsockname())
            connection.close()
            await asyncio.sleep(0)


async def accept(loop, server):
    return await loop.sock_accept(server)
