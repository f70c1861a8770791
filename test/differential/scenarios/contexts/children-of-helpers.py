"""The contexts in which gather(), wait_for(), shield() and a TaskGroup run coroutines are copies, too."""
import asyncio
import contextvars

variable = contextvars.ContextVar('variable', default='unset')


async def main(trace):
    async def child(name):
        trace(name, variable.get())
        variable.set(name)
        await asyncio.sleep(0)
        trace(name, variable.get())
        return name

    variable.set('main')
    await asyncio.gather(child('gather 1'), child('gather 2'))
    trace('after gather', variable.get())
    await asyncio.wait_for(child('wait_for'), 100)
    trace('after wait_for', variable.get())
    await asyncio.shield(child('shield'))
    trace('after shield', variable.get())
    async with asyncio.TaskGroup() as group:
        group.create_task(child('group 1'))
        variable.set('main in the group')
        group.create_task(child('group 2'))
        shared = contextvars.copy_context()
        group.create_task(child('group, given context'), context=shared)
    trace('after the group', variable.get(), shared[variable])
    async with asyncio.timeout(100):
        await child('timeout')
    trace('after timeout', variable.get())
