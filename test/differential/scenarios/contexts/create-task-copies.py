"""A task runs in a copy of its creator's context; neither sees what the other sets later."""
import asyncio
import contextvars

variable = contextvars.ContextVar('variable', default='unset')


async def main(trace):
    async def child(name):
        trace(name, variable.get())
        variable.set(name)
        await asyncio.sleep(0)
        trace(name, variable.get())
        grandchild = asyncio.create_task(leaf(name + "'"))
        variable.set(name + ' again')
        await grandchild
        trace(name, variable.get())

    async def leaf(name):
        trace(name, variable.get())
        variable.set('leaf')
        await asyncio.sleep(0)
        trace(name, variable.get())

    variable.set('main 1')
    first = asyncio.create_task(child('first'))
    variable.set('main 2')
    second = asyncio.create_task(child('second'))
    variable.set('main 3')
    await first
    await second
    trace('main', variable.get())
    await leaf('in place')
    trace('main after an await in place', variable.get())
