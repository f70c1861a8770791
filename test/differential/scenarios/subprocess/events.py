"""The life of a process: data of both pipes, their ends, the end of its input, its exit, the end of the connection."""
import asyncio

from process_recorder import ProcessRecorder

CLOCK = 'real'
SCRIPT = 'echo out; echo err >&2; read line; echo "$line"; exec 1>&- 2>&-; read line; exit 3'


async def main(trace):
    loop = asyncio.get_running_loop()
    transport, recorder = await loop.subprocess_exec(lambda: ProcessRecorder(trace), 'sh', '-c', SCRIPT)
    trace('started', transport is recorder.transport, transport.get_protocol() is recorder, transport.is_closing())
    await recorder.printed(1, b'out\n')
    await recorder.printed(2, b'err\n')
    stdin = transport.get_pipe_transport(0)
    stdin.write(b'more\n')
    await recorder.pipe_ends[1]
    await recorder.pipe_ends[2]
    trace('outputs closed', transport.get_returncode())
    stdin.close()
    await recorder.pipe_ends[0]
    trace('input closed')
    await recorder.lost
    trace(transport.get_returncode(), transport.is_closing())
