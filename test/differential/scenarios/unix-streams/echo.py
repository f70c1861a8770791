"""A server and a client at a path, with streams: names, lines, the end."""
import asyncio
import os
import tempfile

CLOCK = 'real'


async def main(trace):
    lane = trace.lane('server')
    done = asyncio.get_running_loop().create_future()

    async def serve(reader, writer):
        lane('names', writer.get_extra_info('sockname') == path, writer.get_extra_info('peername'))
        line = await reader.readline()
        writer.write(line)
        lane(await reader.read())
        writer.close()
        await writer.wait_closed()
        done.set_result(None)

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'socket')
        server = await asyncio.start_unix_server(serve, path)
        trace(os.path.exists(path), len(server.sockets), server.sockets[0].getsockname() == path)
        reader, writer = await asyncio.open_unix_connection(path)
        trace(writer.get_extra_info('peername') == path, writer.get_extra_info('sockname'))
        writer.write(b'hello\nand more')
        trace(await reader.readline())
        writer.write_eof()
        trace(await reader.read(), reader.at_eof())
        writer.close()
        await writer.wait_closed()
        await done
        server.close()
        await server.wait_closed()
        trace(len(server.sockets))
        try:
            await asyncio.open_unix_connection(path)
        except OSError as error:
            trace(trace.kind(error))
