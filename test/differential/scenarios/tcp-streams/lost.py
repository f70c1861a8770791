"""The connection is reset under a reader and a writer: what read(), drain() and wait_closed() raise."""
import asyncio
import socket
import struct

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    arrived = loop.create_future()
    server = await asyncio.start_server(lambda *streams: arrived.set_result(streams), '127.0.0.1', 0)
    peer = socket.create_connection(server.sockets[0].getsockname())
    reader, writer = await arrived
    reading = asyncio.create_task(reader.read())
    await asyncio.sleep(0)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    peer.close()
    for what, attempt in (
        ('read', lambda: reading),
        ('read again', lambda: reader.read()),
        ('readline', lambda: reader.readline()),
        ('drain', lambda: writer.drain()),
        ('wait_closed', lambda: writer.wait_closed()),
    ):
        try:
            await attempt()
            trace(what)
        except OSError as error:
            trace(what, error)
    trace(writer.is_closing(), reader.at_eof(), reader.exception())
    writer.write(b'in vain')
    writer.close()
    server.close()
