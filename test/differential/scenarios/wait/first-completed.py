"""FIRST_COMPLETED returns with what is done at the wake-up, which may be more than the first."""
import asyncio


async def main(trace):
    async def child(name, turns):
        for _ in range(turns):
            await asyncio.sleep(0)
        trace(name, 'ends')
        return name

    tasks = {asyncio.create_task(child(name, turns), name=name) for name, turns in [('a', 1), ('b', 2), ('c', 1), ('d', 6)]}
    while tasks:
        done, tasks = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        trace(sorted(task.get_name() for task in done), sorted(task.get_name() for task in tasks))
