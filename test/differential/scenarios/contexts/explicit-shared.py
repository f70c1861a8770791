"""Two tasks and a callback in one explicit context see each other's changes; the creator does not."""
import asyncio
import contextvars

variable = contextvars.ContextVar('variable', default='unset')


async def main(trace):
    loop = asyncio.get_running_loop()
    variable.set('of main')
    shared = contextvars.copy_context()

    async def child(name):
        for turn in range(3):
            trace(name, variable.get())
            variable.set(f'{name} {turn}')
            await asyncio.sleep(0)

    def callback():
        trace('callback', variable.get())
        variable.set('of the callback')

    first = asyncio.create_task(child('first'), context=shared)
    second = loop.create_task(child('second'), context=shared)
    loop.call_soon(callback, context=shared)
    trace('main', variable.get())
    await first
    await second
    trace('main', variable.get(), shared[variable])
    trace('context', shared.run(variable.get))
    empty = contextvars.Context()
    await asyncio.create_task(child('in an empty context'), context=empty)
    trace('empty', empty[variable])
