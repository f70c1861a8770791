"""A full pipe: the protocol is paused, close() waits until all is written, abort() does not."""
import asyncio
import os

from pipe_recorder import PipeRecorder

CLOCK = 'real'
SIZE = 1_000_000


async def main(trace):
    loop = asyncio.get_running_loop()
    for end in ('close', 'abort'):
        reader, writer = os.pipe()
        lane = trace.lane(f'writer, {end}')
        pipe = os.fdopen(writer, 'wb', 0)
        transport, recorder = await loop.connect_write_pipe(lambda: PipeRecorder(lane), pipe)
        transport.write(bytes(1000))
        lane('little', transport.get_write_buffer_size())
        transport.write(bytes(SIZE))
        lane('much', transport.get_write_buffer_size() > SIZE / 2)
        getattr(transport, end)()
        lane(end, transport.is_closing())
        if end == 'abort':
            await recorder.lost
        output, received = await loop.connect_read_pipe(
            lambda: PipeRecorder(trace.lane(f'reader, {end}')), os.fdopen(reader, 'rb', 0))
        await received.lost
        await recorder.lost
        trace(end, len(received.data) == 1000 + SIZE, transport.get_write_buffer_size())
