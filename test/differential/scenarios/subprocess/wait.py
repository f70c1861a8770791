"""wait() in several tasks, of which one gives up and one is too late; once the process has ended it takes no turn."""
import asyncio
from subprocess import DEVNULL

CLOCK = 'real'


async def main(trace):
    process = await asyncio.create_subprocess_exec('sleep', '1000', stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)

    async def waiter(name):
        try:
            trace(name, await process.wait(), process.returncode)
        except asyncio.CancelledError:
            trace(name, 'cancelled')
            raise

    tasks = [asyncio.create_task(waiter(name)) for name in ('first', 'second', 'third')]
    await asyncio.sleep(0)
    tasks[1].cancel()
    try:
        await asyncio.wait_for(process.wait(), 0.01)
    except TimeoutError as error:
        trace(error, process.returncode)
    process.terminate()
    await asyncio.wait(tasks)
    trace([task.cancelled() for task in tasks])
    asyncio.get_running_loop().call_soon(trace, 'a turn later')
    trace('again', await process.wait())
    await asyncio.sleep(0)
