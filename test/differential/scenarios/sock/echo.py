"""An echo server of nothing but sock methods, with clients at the same time."""
import asyncio

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.bound() as server:

        async def serve():
            async with asyncio.TaskGroup() as group:
                for _ in range(3):
                    connection, _ = await loop.sock_accept(server)
                    group.create_task(echo(connection))

        async def echo(connection):
            with connection:
                while data := await loop.sock_recv(connection, 1000):
                    await loop.sock_sendall(connection, data)

        async def client(number):
            with sockets.unconnected() as sock:
                await loop.sock_connect(sock, server.getsockname())
                answer = b''
                for part in range(5):
                    data = f'{number}.{part} '.encode()
                    await loop.sock_sendall(sock, data)
                    while len(answer) < 4 * (part + 1):
                        answer += await loop.sock_recv(sock, 1000)
                return answer

        serving = asyncio.create_task(serve())
        clients = [asyncio.create_task(client(number)) for number in range(3)]
        trace(await asyncio.gather(*clients))
        await serving
        trace('served')
