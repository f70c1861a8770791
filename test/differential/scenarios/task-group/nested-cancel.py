"""A group in a group, cancelled from outside, from inside, and by errors that meet in the same turn."""
import asyncio


async def main(trace):
    async def child(name, ticks, fails):
        try:
            await asyncio.sleep(ticks)
            if fails:
                raise ValueError(name)
            trace(name, 'ends')
        except asyncio.CancelledError:
            trace(name, 'cancelled', asyncio.current_task().cancelling())
            await asyncio.sleep(1)
            trace(name, 'cleaned up')
            if fails:
                raise ValueError(f'{name} while cancelled')
            raise

    async def groups(outer_fails, inner_fails, outer_ticks):
        try:
            async with asyncio.TaskGroup() as outer:
                outer.create_task(child('outer', outer_ticks, outer_fails))
                try:
                    async with asyncio.TaskGroup() as inner:
                        inner.create_task(child('inner', 2, inner_fails))
                        inner.create_task(child('sibling', 9, False))
                        await asyncio.sleep(5)
                finally:
                    trace('inner group is over', asyncio.current_task().cancelling())
        finally:
            trace('outer group is over', asyncio.current_task().cancelling())

    for outer_fails, inner_fails, outer_ticks, cancel_after in (
        (True, True, 2, 9),
        (True, False, 1, 9),
        (False, True, 9, 9),
        (True, True, 3, 9),
        (False, False, 9, 1),
        (False, True, 9, 2),
        (True, True, 2, 2),
        (True, True, 9, 1),
    ):
        trace([outer_fails, inner_fails, outer_ticks, cancel_after])
        task = asyncio.create_task(groups(outer_fails, inner_fails, outer_ticks))
        await asyncio.wait([task], timeout=cancel_after)
        trace('cancels', task.cancel())
        await asyncio.wait([task])
        trace('cancelled' if task.cancelled() else task.exception(), task.cancelling())
