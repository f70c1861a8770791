"""The end comes before what was asked for: readexactly(), readuntil(), readline() and read(n)."""
import asyncio

CLOCK = 'real'


async def main(trace):
    async def serve(reader, writer):
        writer.write(b'partial')
        writer.close()

    server = await asyncio.start_server(serve, '127.0.0.1', 0)
    port = server.sockets[0].getsockname()[1]
    for read in (
        lambda reader: reader.readexactly(100),
        lambda reader: reader.readuntil(b'--'),
        lambda reader: reader.readline(),
        lambda reader: reader.read(),
    ):
        reader, writer = await asyncio.open_connection('127.0.0.1', port)
        try:
            trace(await read(reader))
        except asyncio.IncompleteReadError as error:
            trace(error.partial, error.expected)
        trace(reader.at_eof())
        writer.close()
        await writer.wait_closed()
    server.close()
    await server.wait_closed()
