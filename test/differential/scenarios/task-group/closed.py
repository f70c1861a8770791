"""A group that is over takes no more tasks, one that is shutting down neither."""
import asyncio


async def main(trace):
    groups = []

    async def never():
        trace('never')

    async def tries_while_aborting(group):
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            coroutine = never()
            try:
                group.create_task(coroutine)
            except RuntimeError as error:
                trace('aborting', trace.kind(error))
            finally:
                coroutine.close()
            raise

    async with asyncio.TaskGroup() as group:
        groups.append(group)
    coroutine = never()
    try:
        groups[0].create_task(coroutine)
    except RuntimeError as error:
        trace('finished', trace.kind(error))
    finally:
        coroutine.close()

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(tries_while_aborting(group))
            await asyncio.sleep(0)
            raise ValueError('body')
    except BaseExceptionGroup as error:
        trace(error)
