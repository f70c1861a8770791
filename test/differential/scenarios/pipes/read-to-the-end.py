"""The reading end of a pipe: data, the end, and the loss of the connection, each in a callback of its own."""
import asyncio
import os

from pipe_recorder import PipeRecorder

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    reader, writer = os.pipe()
    os.write(writer, b'before')
    end = os.fdopen(reader, 'rb', 0)
    transport, recorder = await loop.connect_read_pipe(lambda: PipeRecorder(trace), end)
    trace('connected', recorder.data, transport.is_reading(), transport.get_protocol() is recorder)
    trace(transport.get_extra_info('pipe').fileno() == reader, transport.get_extra_info('nothing', 'default'))
    await recorder.received(6)
    os.write(writer, b' and after')
    await recorder.received(16)
    os.close(writer)
    await recorder.lost
    trace(transport.is_closing(), transport.is_reading())
    transport.close()
    await asyncio.sleep(0)
    trace('over')
