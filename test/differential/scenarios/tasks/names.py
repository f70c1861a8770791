"""Tasks have the name that the caller gave, or a generated one; it can be changed."""
import asyncio


async def main(trace):
    async def child():
        trace('inside', asyncio.current_task().get_name())

    task = asyncio.create_task(child(), name='first')
    trace(task.get_name())
    task.set_name('renamed')
    trace(task.get_name())
    await task
    other = asyncio.get_running_loop().create_task(child(), name='other')
    await other
    unnamed = asyncio.create_task(asyncio.sleep(0))
    trace(unnamed.get_name().startswith('Task-'))
    await unnamed
