"""Lines back and forth between a client and a server, good-bye, and the end of both."""
import asyncio

CLOCK = 'real'


async def main(trace):
    lane = trace.lane('server')
    done = asyncio.get_running_loop().create_future()

    async def serve(reader, writer):
        lane('peer', writer.get_extra_info('peername')[0], writer.is_closing())
        while line := await reader.readline():
            lane(line)
            writer.write(b'echo ' + line)
            await writer.drain()
        lane('end', reader.at_eof())
        writer.close()
        await writer.wait_closed()
        lane('closed')
        done.set_result(None)

    server = await asyncio.start_server(serve, '127.0.0.1', 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    for line in (b'one\n', b'two\n', b'three'):
        writer.write(line)
        await writer.drain()
        if line.endswith(b'\n'):
            trace(await reader.readline())
    trace(writer.can_write_eof(), reader.at_eof())
    writer.write_eof()
    trace(await reader.read(), reader.at_eof(), await reader.read(), await reader.readline())
    writer.close()
    trace(writer.is_closing())
    await writer.wait_closed()
    await done
    server.close()
    await server.wait_closed()
