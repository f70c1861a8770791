"""close() kills the process and closes its pipes, in their order; a second one does nothing."""
import asyncio

from process_recorder import ProcessRecorder

CLOCK = 'real'


class Ordered(ProcessRecorder):
    def __init__(self, trace):
        super().__init__(trace)
        self.order = trace

    def pipe_connection_lost(self, fd, error):
        self.order('lost', fd)
        super().pipe_connection_lost(fd, error)


async def main(trace):
    loop = asyncio.get_running_loop()
    transport, recorder = await loop.subprocess_exec(lambda: Ordered(trace), 'sleep', '1000')
    pipes = [transport.get_pipe_transport(fd) for fd in range(3)]
    trace([pipe.is_closing() for pipe in pipes], transport.get_pipe_transport(3))
    transport.close()
    trace(transport.is_closing(), [pipe.is_closing() for pipe in pipes], transport.get_returncode())
    transport.close()
    await recorder.lost
    trace(transport.get_returncode())
    transport.close()
    try:
        transport.kill()
    except ProcessLookupError as error:
        trace(trace.kind(error))
