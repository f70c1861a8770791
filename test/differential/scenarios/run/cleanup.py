"""run() cancels what is left, lets it clean up, reports what fails then, and closes the loop."""
import asyncio


def run(trace):
    async def left_behind(name, turns):
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError as error:
            trace(name, error)
            for _ in range(turns):
                await asyncio.sleep(0)
            trace(name, 'cleaned up')
            raise

    async def swallows():
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            trace('swallowed')
        await asyncio.sleep(0)
        trace('swallower ends')

    async def fails():
        try:
            await asyncio.sleep(100)
        finally:
            await asyncio.sleep(0)
            raise ValueError('in the clean-up')

    async def main(loops):
        loop = asyncio.get_running_loop()
        loops.append(loop)
        # One task a run: CPython cancels several in the order of a set.
        asyncio.create_task(kinds[len(loops) - 1]())
        await asyncio.sleep(0)
        loop.call_soon(trace, 'callback left behind')
        trace('main ends')
        return 'result of main'

    kinds = [lambda: left_behind('quick', 0), lambda: left_behind('slow', 3), swallows, fails]
    loops = []
    for _ in kinds:
        trace(asyncio.run(main(loops)))
    trace([loop.is_closed() for loop in loops])
