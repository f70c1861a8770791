"""A reading end that is paused from the first moment: nothing comes before it is resumed."""
import asyncio
import os

from pipe_recorder import PipeRecorder

CLOCK = 'real'


class Paused(PipeRecorder):
    def connection_made(self, transport):
        super().connection_made(transport)
        transport.pause_reading()


async def main(trace):
    loop = asyncio.get_running_loop()
    reader, writer = os.pipe()
    os.write(writer, b'data')
    os.close(writer)
    transport, recorder = await loop.connect_read_pipe(lambda: Paused(trace), os.fdopen(reader, 'rb', 0))
    await asyncio.sleep(0.01)
    trace(recorder.data, transport.is_reading(), transport.is_closing())
    transport.pause_reading()
    transport.resume_reading()
    transport.resume_reading()
    trace(recorder.data, transport.is_reading())
    await recorder.lost
    trace(recorder.data, transport.is_reading())
