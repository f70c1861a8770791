"""An error of the body cancels the children and is joined with theirs."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(name, error=None):
        try:
            await loop.create_future()
        except asyncio.CancelledError as cancelled:
            trace(name, cancelled)
            if error:
                raise error
            raise

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child('calm'))
            group.create_task(child('failing', KeyError('child')))
            await asyncio.sleep(0)
            raise ValueError('body')
    except BaseExceptionGroup as error:
        trace(error)

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child('never started'))
            raise ValueError('body alone')
    except BaseExceptionGroup as error:
        trace(error)
