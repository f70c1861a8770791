"""A protocol that notes what happens to a process, in a lane for each pipe and one for the process."""
import asyncio


class ProcessRecorder(asyncio.SubprocessProtocol):
    def __init__(self, trace, name=''):
        loop = asyncio.get_running_loop()
        self.output = {1: b'', 2: b''}
        self.process = trace.lane(f'{name}process')
        self.pipes = [trace.lane(f'{name}pipe {fd}') for fd in range(3)]
        self.pipe_ends = [loop.create_future() for _ in range(3)]
        self.exited = loop.create_future()
        self.lost = loop.create_future()
        self._listeners = []

    def connection_made(self, transport):
        self.transport = transport
        self.process('made', transport.get_returncode())

    def pipe_data_received(self, fd, data):
        self.output[fd] += data
        for listener in list(self._listeners):
            listener()

    def pipe_connection_lost(self, fd, error):
        output = self.output.get(fd)
        self.pipes[fd]('lost', output if output is None or len(output) < 100 else len(output), error)
        self.pipe_ends[fd].set_result(None)

    def process_exited(self):
        self.process('exited', self.transport.get_returncode())
        self.exited.set_result(None)

    def connection_lost(self, error):
        self.process('lost', error)
        self.lost.set_result(None)

    def pause_writing(self):
        self.pipes[0]('pause writing')

    def resume_writing(self):
        self.pipes[0]('resume writing')

    async def printed(self, fd, text):
        """Waits until the output of a pipe ends with `text`."""
        printed = asyncio.get_running_loop().create_future()

        def listen():
            if self.output[fd].endswith(text) and not printed.done():
                printed.set_result(None)

        self._listeners.append(listen)
        listen()
        await printed
        self._listeners.remove(listen)
