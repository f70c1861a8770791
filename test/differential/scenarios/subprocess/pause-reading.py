"""An output that is paused keeps its data and its end back, and with that the end of the connection; not the exit."""
import asyncio
from subprocess import DEVNULL, PIPE

from process_recorder import ProcessRecorder

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    transport, recorder = await loop.subprocess_shell(
        lambda: ProcessRecorder(trace), 'echo one; read line; echo two; exit 5', stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    await recorder.printed(1, b'one\n')
    output = transport.get_pipe_transport(1)
    output.pause_reading()
    trace(output.is_reading(), output.is_closing())
    transport.get_pipe_transport(0).close()
    await recorder.exited
    trace(recorder.output[1], transport.get_returncode(), recorder.lost.done())
    output.resume_reading()
    output.resume_reading()
    trace(output.is_reading())
    await recorder.lost
    trace(recorder.output[1], output.is_reading(), output.is_closing())
    output.resume_reading()
    trace(output.is_reading())
