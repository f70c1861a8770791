"""A process that closes its standard input before it has read everything: EPIPE for the protocol, and for drain()."""
import asyncio
from subprocess import DEVNULL, PIPE

from process_recorder import ProcessRecorder

CLOCK = 'real'
SCRIPT = 'read line; exec 0<&-; exec sleep 1000'


async def main(trace):
    loop = asyncio.get_running_loop()
    quiet = dict(stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL)
    transport, recorder = await loop.subprocess_shell(lambda: ProcessRecorder(trace), SCRIPT, **quiet)
    transport.get_pipe_transport(0).write(b'line\n' + bytes(4_000_000))
    await recorder.pipe_ends[0]
    trace(transport.get_returncode(), transport.get_pipe_transport(0).get_write_buffer_size())
    transport.kill()
    await recorder.lost

    process = await asyncio.create_subprocess_shell(SCRIPT, **quiet)
    process.stdin.write(b'line\n' + bytes(4_000_000))
    try:
        await process.stdin.drain()
    except (BrokenPipeError, ConnectionResetError) as error:
        trace('drain', isinstance(error, OSError))
    trace(process.stdin.is_closing(), process.returncode)
    process.kill()
    trace(await process.wait())
