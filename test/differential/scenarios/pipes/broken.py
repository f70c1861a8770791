"""The reader goes away while something is to be written: EPIPE in connection_lost(), and nothing is reported."""
import asyncio
import os

from pipe_recorder import PipeRecorder

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    reader, writer = os.pipe()
    pipe = os.fdopen(writer, 'wb', 0)
    transport, recorder = await loop.connect_write_pipe(lambda: PipeRecorder(trace), pipe)
    transport.write(bytes(1_000_000))
    os.close(reader)
    await recorder.lost
    trace(transport.is_closing(), transport.get_write_buffer_size())
    transport.write(b'in vain')
    transport.close()
    await asyncio.sleep(0)
    trace('over')
