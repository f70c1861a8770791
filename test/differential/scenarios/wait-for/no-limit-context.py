"""Without a limit the code runs as a part of the caller: in its task, and in its context."""
import asyncio
import contextvars

COLOUR = contextvars.ContextVar('colour', default='none')


async def main(trace):
    def where():
        return [asyncio.current_task().get_name(), COLOUR.get()]

    async def code(name):
        trace(name, 'begins', where())
        await asyncio.sleep(0)
        trace(name, 'goes on', where())
        COLOUR.set(name)
        try:
            async with asyncio.timeout(60):
                await asyncio.sleep(0)
                trace(name, 'in a timeout', where())
        except RuntimeError as error:
            trace(name, error)
        asyncio.current_task().cancel('by itself')
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError as error:
            trace(name, error, asyncio.current_task().uncancel(), where())
        return name

    async def caller():
        COLOUR.set('red')
        trace(await asyncio.wait_for(code('direct'), None), where())
        trace(await asyncio.wait_for(asyncio.wait_for(code('nested'), None), None), where())
        lock = asyncio.Lock()
        async with lock:
            trace(await code('locked'), where())

    await asyncio.create_task(caller(), name='caller')
    trace(COLOUR.get())
