"""Starts that fail: the system's error, and no method of the protocol is called."""
import asyncio
import os
import tempfile

CLOCK = 'real'


class Unused(asyncio.SubprocessProtocol):
    def __init__(self, trace):
        self.trace = trace

    def connection_made(self, transport):
        self.trace('made')

    def connection_lost(self, error):
        self.trace('lost')


async def main(trace):
    loop = asyncio.get_running_loop()

    async def attempt(*command, **options):
        try:
            await loop.subprocess_exec(lambda: Unused(trace), *command, **options)
        except (OSError, ValueError) as error:
            trace(error if isinstance(error, OSError) else trace.kind(error))

    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, 'data')
        open(data, 'w').close()
        await attempt('/no/such/program')
        await attempt('no-such-program-anywhere')
        await attempt(data)
        await attempt(folder)
        await attempt('true', cwd='/no/such/folder')
        await attempt('true', cwd=data)
        await attempt('null\0byte')
        await attempt('true', 'null\0byte')

    def fails():
        raise RuntimeError('no protocol')

    try:
        await loop.subprocess_exec(fails, 'true')
    except RuntimeError as error:
        trace(error)
