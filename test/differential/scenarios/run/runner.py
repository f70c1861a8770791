"""A Runner keeps its loop and its context between runs, and cleans up at its end."""
import asyncio
import contextvars

variable = contextvars.ContextVar('variable', default='unset')


def run(trace):
    async def left_behind():
        try:
            await asyncio.sleep(100)
        finally:
            trace('cancelled', variable.get())

    async def first():
        trace('first', variable.get())
        variable.set('set by the first run')
        asyncio.create_task(left_behind())
        await asyncio.sleep(0)
        return 1

    async def second():
        trace('second', variable.get(), len(asyncio.all_tasks()))
        return 2

    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        trace('closed', loop.is_closed())
        trace(runner.run(first()))
        trace(runner.run(second()))
        given = contextvars.copy_context()
        given.run(variable.set, 'given')
        trace(runner.run(second(), context=given))
        trace('same loop', runner.get_loop() is loop, variable.get())
    trace('closed', loop.is_closed())
    coroutine = second()
    try:
        runner.run(coroutine)
    except RuntimeError as error:
        trace(trace.kind(error))
    coroutine.close()
    runner.close()
