"""current_task() is right in every step; all_tasks() holds exactly the unfinished ones."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    main_task = asyncio.current_task()
    main_task.set_name('main')

    def names():
        return sorted(task.get_name() for task in asyncio.all_tasks())

    async def helper():
        await asyncio.sleep(0)
        return asyncio.current_task().get_name()

    async def child(turns):
        for _ in range(turns):
            trace('child', asyncio.current_task().get_name(), names())
            await asyncio.sleep(0)
        trace('helper', await helper())

    tasks = [asyncio.create_task(child(turns), name=f'turns {turns}') for turns in (2, 0, 1)]
    loop.call_soon(lambda: trace('callback', asyncio.current_task()))
    trace('before', asyncio.current_task() is main_task, names())
    for task in tasks:
        await task
        trace('joined', asyncio.current_task() is main_task, names())
