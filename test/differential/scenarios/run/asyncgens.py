"""The clean-up closes an async generator that was left in the middle, after the tasks are cancelled."""
import asyncio


def run(trace):
    async def numbers():
        try:
            yield 1
            yield 2
        finally:
            trace('generator closing')
            await asyncio.sleep(0)
            trace('generator closed')

    async def left_behind():
        try:
            await asyncio.sleep(100)
        finally:
            trace('task cancelled')

    generators = []

    async def main():
        asyncio.create_task(left_behind())
        generator = numbers()
        generators.append(generator)
        trace('first', await generator.__anext__())
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(trace, 'callback left behind')
        trace('main ends')

    asyncio.run(main())

    async def exhausts():
        async for number in numbers():
            trace('number', number)
        trace('exhausted')

    asyncio.run(exhausts())

    async def shuts_down_early():
        loop = asyncio.get_running_loop()
        generator = numbers()
        generators.append(generator)
        trace('first', await generator.__anext__())
        await loop.shutdown_asyncgens()
        trace('shut down')
        try:
            await generator.__anext__()
        except StopAsyncIteration:
            trace('generator is over')

    asyncio.run(shuts_down_early())
