"""wait_for() around a shield: the time-out ends the wait, not the work."""
import asyncio

TICK = 1 / 64


async def main(trace):
    async def work():
        await asyncio.sleep(4 * TICK)
        trace('work ends')
        return 'work'

    task = asyncio.create_task(work())
    for attempt in range(3):
        try:
            trace(attempt, await asyncio.wait_for(asyncio.shield(task), 2.5 * TICK))
        except asyncio.TimeoutError as error:
            trace(attempt, error, task.done(), task.cancelled())
