"""Exit statuses, and deaths by signal as negative numbers; known in process_exited(), and not before."""
import asyncio
from subprocess import DEVNULL

from process_recorder import ProcessRecorder

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    quiet = dict(stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)
    for command in ('true', 'exit 7', 'exit 255', 'kill -9 $$', 'kill -15 $$', 'kill -USR1 $$', '/no/such/program'):
        transport, recorder = await loop.subprocess_shell(lambda: ProcessRecorder(trace, f'{command}: '), command, **quiet)
        trace(command, [transport.get_pipe_transport(fd) for fd in range(3)])
        await recorder.lost
        trace(transport.get_returncode())
