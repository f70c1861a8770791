"""call_soon() and timers run in a copy made when they were scheduled; what they set stays in it."""
import asyncio
import contextvars

variable = contextvars.ContextVar('variable', default='unset')


async def main(trace):
    loop = asyncio.get_running_loop()

    def callback(name):
        trace(name, variable.get())
        variable.set(f'set by {name}')
        loop.call_soon(lambda: trace('child of', name, variable.get()))

    variable.set('one')
    loop.call_soon(callback, 'first')
    variable.set('two')
    loop.call_soon(callback, 'second')
    loop.call_later(0, callback, 'timer')
    loop.call_soon_threadsafe(callback, 'threadsafe')
    variable.set('three')
    for _ in range(4):
        await asyncio.sleep(0)
        trace('main', variable.get())
