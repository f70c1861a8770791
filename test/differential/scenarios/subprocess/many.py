"""Several processes at once: each has its own result, in the order in which they were asked for."""
import asyncio
from subprocess import DEVNULL, PIPE

CLOCK = 'real'


async def main(trace):
    async def shell(number):
        process = await asyncio.create_subprocess_shell(f'echo {number}; exit {number}', stdin=DEVNULL, stdout=PIPE)
        stdout, _ = await process.communicate()
        return [stdout, process.returncode]

    trace(await asyncio.gather(*(shell(number) for number in range(8))))
    first = await asyncio.create_subprocess_exec('cat', stdin=PIPE, stdout=PIPE)
    second = await asyncio.create_subprocess_exec('cat', stdin=PIPE, stdout=PIPE)
    trace(await asyncio.wait_for(first.communicate(b'for the first'), 30))
    trace(second.returncode)
    trace(await asyncio.wait_for(second.communicate(b'for the second'), 30))
    trace(first.returncode, second.returncode)
