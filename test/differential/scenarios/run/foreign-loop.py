"""A future of another loop is refused where one of this loop is expected."""
import asyncio


def run(trace):
    loop = asyncio.new_event_loop()
    other = asyncio.new_event_loop()
    foreign = other.create_future()

    def attempt(name, action):
        try:
            action()
            trace(name, 'fine')
        except (ValueError, RuntimeError) as error:
            trace(name, trace.kind(error))

    async def gathers():
        await asyncio.gather(loop.create_future(), foreign)

    attempt('run_until_complete', lambda: loop.run_until_complete(foreign))
    attempt('gather', lambda: loop.run_until_complete(gathers()))
    loop.close()
    other.close()
