"""What is no pipe: a regular file, which stays open."""
import asyncio
import tempfile

from pipe_recorder import PipeRecorder

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with tempfile.TemporaryFile(buffering=0) as file:
        for connect in (loop.connect_read_pipe, loop.connect_write_pipe):
            try:
                await connect(lambda: PipeRecorder(trace), file)
            except ValueError as error:
                trace(trace.kind(error), file.write(b'open'))
    await asyncio.sleep(0)
