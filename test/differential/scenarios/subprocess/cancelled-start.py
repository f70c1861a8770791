"""A start that is cancelled kills the process, waits for it, and is cancelled only then."""
import asyncio
from subprocess import DEVNULL

CLOCK = 'real'


class Events(asyncio.SubprocessProtocol):
    def __init__(self, events):
        self.events = events

    def process_exited(self):
        self.events.append('exited')

    def connection_lost(self, error):
        self.events.append('lost')


async def main(trace):
    loop = asyncio.get_running_loop()
    quiet = dict(stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)
    for turns in range(3):
        events = []
        task = asyncio.create_task(loop.subprocess_exec(lambda: Events(events), 'sleep', '1000', **quiet))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError as error:
            trace(turns, error, task.cancelled(), events)
        else:
            trace(turns, 'started')
