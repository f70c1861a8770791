"""Every method of the protocol throws: each error is reported as that of a callback, and the next event comes all the same."""
import asyncio
from subprocess import DEVNULL, PIPE

CLOCK = 'real'


class Failing(asyncio.SubprocessProtocol):
    def __init__(self, lost):
        self.lost = lost

    def connection_made(self, transport):
        self.transport = transport
        raise ValueError('made')

    def pipe_data_received(self, fd, data):
        raise ValueError('data')

    def pipe_connection_lost(self, fd, error):
        if fd == 1:
            self.transport.get_pipe_transport(0).close()
        raise ValueError(f'lost {fd}')

    def process_exited(self):
        raise ValueError('exited')

    def connection_lost(self, error):
        self.lost.set_result(None)
        raise ValueError('lost')


async def main(trace):
    loop = asyncio.get_running_loop()
    lost = loop.create_future()
    loop.set_exception_handler(lambda loop, context: trace(*trace.context(context)))
    transport, _ = await loop.subprocess_shell(
        lambda: Failing(lost), 'echo x; exec >&-; read x; exit 4', stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    await lost
    trace(transport.get_returncode())
