"""When the time is up, what is left of as_completed() raises TimeoutError; nothing is cancelled."""
import asyncio

TICK = 1 / 64


async def main(trace):
    async def child(name, ticks):
        await asyncio.sleep(ticks * TICK)
        return name

    tasks = [asyncio.create_task(child(name, ticks)) for name, ticks in [('a', 1), ('b', 9), ('c', 2), ('d', 10)]]
    for following in asyncio.as_completed(tasks, timeout=5 * TICK):
        try:
            trace('got', await following)
        except TimeoutError as error:
            trace('got', error)
    trace([task.done() for task in tasks], [task.cancelled() for task in tasks])
    for task in tasks:
        await task
