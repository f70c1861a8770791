"""close() of a reading end: what is in the pipe is not read any more, and there is no end of the data."""
import asyncio
import os

from pipe_recorder import PipeRecorder

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    reader, writer = os.pipe()
    transport, recorder = await loop.connect_read_pipe(lambda: PipeRecorder(trace), os.fdopen(reader, 'rb', 0))
    os.write(writer, b'data')
    transport.close()
    transport.close()
    loop.call_soon(trace, 'a turn later')
    trace(transport.is_closing(), transport.is_reading())
    await recorder.lost
    trace(recorder.data)
    try:
        os.write(writer, b'more')
    except BrokenPipeError as error:
        trace(error)
    os.close(writer)
    reader, writer = os.pipe()
    task = asyncio.create_task(loop.connect_read_pipe(lambda: PipeRecorder(trace), os.fdopen(reader, 'rb', 0)))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError as error:
        trace(error)
    await asyncio.sleep(0.01)
    os.close(writer)
