"""write_eof() of a client, a megabyte of answer, and only then the end."""
import asyncio

CLOCK = 'real'


async def main(trace):
    async def serve(reader, writer):
        question = await reader.read()
        for _ in range(100):
            writer.write(question * 2000)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, '127.0.0.1', 0)
    reader, writer = await asyncio.open_connection('127.0.0.1', server.sockets[0].getsockname()[1])
    writer.writelines([b'hel', b'lo'])
    writer.write_eof()
    await writer.drain()
    try:
        writer.write(b'more')
    except RuntimeError as error:
        trace(trace.kind(error))
    answer = await reader.read()
    trace(len(answer), answer[:10])
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()
