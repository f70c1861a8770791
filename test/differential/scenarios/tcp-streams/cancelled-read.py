"""A read that times out or is cancelled loses nothing; two at once are an error."""
import asyncio

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    arrived = loop.create_future()
    server = await asyncio.start_server(lambda *streams: arrived.set_result(streams), '127.0.0.1', 0)
    reader, writer = await asyncio.open_connection('127.0.0.1', server.sockets[0].getsockname()[1])
    _, other = await arrived
    other.write(b'the first half, ')
    try:
        await asyncio.wait_for(reader.readline(), 0.05)
    except asyncio.TimeoutError as error:
        trace(trace.kind(error))
    task = asyncio.create_task(reader.readexactly(100))
    await asyncio.sleep(0)
    try:
        await reader.read(1)
        trace('read')
        await reader.readline()
    except RuntimeError as error:
        trace(trace.kind(error))
    task.cancel()
    try:
        await task
    except asyncio.CancelledError as error:
        trace(trace.kind(error))
    other.write(b'the second\n')
    trace(await reader.readline())
    other.close()
    trace(await reader.read())
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()
