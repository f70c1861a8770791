"""A done callback runs in a copy of its adder's context, or in the one that it was given."""
import asyncio
import contextvars

variable = contextvars.ContextVar('variable', default='unset')


async def main(trace):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    explicit = contextvars.copy_context()
    explicit.run(variable.set, 'explicit')

    def callback(name):
        def run(done):
            trace(name, variable.get())
            variable.set(name)
        return run

    async def setter():
        variable.set('of the setter')
        future.set_result(None)

    variable.set('one')
    future.add_done_callback(callback('first'))
    variable.set('two')
    future.add_done_callback(callback('second'))
    future.add_done_callback(callback('given'), context=explicit)
    future.add_done_callback(callback('given too'), context=explicit)
    variable.set('three')
    await asyncio.create_task(setter())
    await future
    future.add_done_callback(callback('when done'))
    variable.set('four')
    await asyncio.sleep(0)
    trace('main', variable.get(), explicit[variable])
