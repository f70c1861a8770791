"""A reader with a small limit holds the sender back; everything arrives, and a long line is an error."""
import asyncio

CLOCK = 'real'


async def main(trace):
    async def serve(reader, writer):
        lane = trace.lane('server')
        writer.write(b'a long line ' * 100 + b'\n' + b'x' * 3_000_000)
        writer.close()
        lane('closed', writer.is_closing())
        await writer.wait_closed()
        lane('sent')

    server = await asyncio.start_server(serve, '127.0.0.1', 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection('127.0.0.1', port, limit=1000)
    try:
        await reader.readuntil(b'\n')
    except asyncio.LimitOverrunError as error:
        trace(trace.kind(error), error.consumed)
    try:
        await reader.readline()
    except ValueError as error:
        trace(trace.kind(error))
    rest = 0
    while portion := await reader.read(5000):
        rest += len(portion)
    trace(rest, reader.at_eof())
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()
