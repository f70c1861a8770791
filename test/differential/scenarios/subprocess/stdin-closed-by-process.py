"""A process that closes its standard input while nothing is to be sent: the pipe ends without an error."""
import asyncio
from subprocess import DEVNULL, PIPE

from process_recorder import ProcessRecorder

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    transport, recorder = await loop.subprocess_shell(
        lambda: ProcessRecorder(trace), 'exec 0<&-; exec sleep 1000', stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL)
    stdin = transport.get_pipe_transport(0)
    await recorder.pipe_ends[0]
    trace(stdin.is_closing(), transport.is_closing(), transport.get_returncode())
    for _ in range(3):
        stdin.write(b'in vain')
    trace(stdin.get_write_buffer_size())
    stdin.close()
    transport.kill()
    await recorder.lost
