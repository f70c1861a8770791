"""A generator whose clean-up throws is reported, with the generator, and the loop is closed all the same."""
import asyncio

kept = []


async def within(trace):
    async def numbers():
        try:
            yield 1
        finally:
            raise ValueError('no clean-up')

    asyncio.get_running_loop().set_exception_handler(lambda loop, context: trace(*trace.context(context)))
    generator = numbers()
    kept.append(generator)
    trace(await generator.__anext__())


def run(trace):
    asyncio.run(within(trace))
    kept.clear()
    trace('over')
