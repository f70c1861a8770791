"""Writing more than the process reads pauses the protocol once, and resumes it once; the marks and their rules."""
import asyncio
from subprocess import DEVNULL, PIPE

from process_recorder import ProcessRecorder

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    transport, recorder = await loop.subprocess_shell(
        lambda: ProcessRecorder(trace), 'cat; echo done', stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    output = transport.get_pipe_transport(1)
    output.pause_reading()
    stdin = transport.get_pipe_transport(0)
    trace(stdin.get_write_buffer_limits())
    for limits in (dict(high=1000), dict(low=1000), dict(high=10, low=3), dict()):
        stdin.set_write_buffer_limits(**limits)
        trace(stdin.get_write_buffer_limits())
    for limits in (dict(high=1, low=2), dict(low=-1), dict(high=-1)):
        try:
            stdin.set_write_buffer_limits(**limits)
        except ValueError as error:
            trace(trace.kind(error), stdin.get_write_buffer_limits())
    stdin.write(bytes(1000))
    recorder.pipes[0]('little')
    stdin.write(bytes(4_000_000))
    recorder.pipes[0]('much', stdin.get_write_buffer_size() > 65536)
    stdin.write(bytes(1000))
    output.resume_reading()
    stdin.write_eof()
    recorder.pipes[0]('closing', stdin.is_closing(), stdin.can_write_eof())
    await recorder.lost
    trace(len(recorder.output[1]), recorder.output[1][-5:])
