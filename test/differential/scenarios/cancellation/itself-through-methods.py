"""A task that awaits itself by way of coroutine methods gets a RuntimeError there, and goes on."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    tasks = []

    async def through(depth):
        if depth == 0:
            try:
                return await asyncio.wait_for(tasks[-1], None)
            except RuntimeError as error:
                trace('innermost', trace.kind(error))
                raise
        return await asyncio.wait_for(through(depth - 1), None)

    async def later(depth):
        await asyncio.sleep(0)
        return await through(depth)

    async def catches(depth):
        try:
            await through(depth)
        except RuntimeError:
            pass
        await asyncio.sleep(0)
        return 'caught'

    async def at_end(depth):
        try:
            return 'body'
        finally:
            try:
                await asyncio.wait_for(later(depth), None)
            except RuntimeError as error:
                trace('at its end', trace.kind(error))

    async def observed(body, depth):
        for n in range(4):
            loop.call_soon(trace, 'queued', n)
        try:
            return await body(depth)
        except RuntimeError as error:
            trace('outermost', trace.kind(error))
            raise

    for body in (through, later, catches, at_end):
        for depth in (0, 1, 3):
            trace(body.__name__.replace('_e', 'E'), depth)
            tasks.append(asyncio.create_task(observed(body, depth)))
            await asyncio.wait([tasks[-1]])
            error = tasks[-1].exception()
            trace(trace.kind(error) if error else tasks[-1].result())

    # A cancel while the refusal is on its way is what arrives.
    tasks.append(asyncio.create_task(observed(through, 2)))
    loop.call_soon(lambda: tasks[-1].cancel('meanwhile'))
    await asyncio.wait([tasks[-1]])
    trace('cancelled', tasks[-1].cancelled())
