"""The error of an inner group is the error of a child or of the body of the outer one."""
import asyncio


async def main(trace):
    async def failing(name):
        await asyncio.sleep(0)
        raise ValueError(name)

    async def sibling(name):
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError as error:
            trace(name, error)
            raise

    async def inner(name):
        async with asyncio.TaskGroup() as group:
            group.create_task(sibling('sibling of ' + name))
            group.create_task(failing(name))
        trace('never')

    try:
        async with asyncio.TaskGroup() as outer:
            outer.create_task(inner('group in a task'))
            outer.create_task(sibling('outer sibling'))
    except BaseExceptionGroup as error:
        trace('in a task', error)

    try:
        async with asyncio.TaskGroup() as outer:
            outer.create_task(sibling('outer sibling'))
            await inner('group in the body')
    except BaseExceptionGroup as error:
        trace('in the body', error)
    trace(asyncio.current_task().cancelling())
