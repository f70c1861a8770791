"""communicate() that is cancelled, or takes too long, leaves the process alone."""
import asyncio
from subprocess import DEVNULL, PIPE

CLOCK = 'real'


async def main(trace):
    process = await asyncio.create_subprocess_shell('echo ready; exec sleep 1000', stdin=DEVNULL, stdout=PIPE)
    trace(await process.stdout.readline())
    try:
        await asyncio.wait_for(process.communicate(), 0.01)
    except TimeoutError as error:
        trace(error, process.returncode)
    task = asyncio.create_task(process.communicate())
    await asyncio.sleep(0)
    task.cancel('enough')
    try:
        await task
    except asyncio.CancelledError as error:
        trace(error, task.cancelled(), process.returncode)
    process.kill()
    trace(await process.communicate(), process.returncode)
