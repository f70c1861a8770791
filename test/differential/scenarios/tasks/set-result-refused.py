"""A task cannot be given a result or an exception."""
import asyncio


async def main(trace):
    async def child():
        await asyncio.sleep(0)
        return 'own result'

    task = asyncio.create_task(child())
    for name, action in [
        ('set_result', lambda: task.set_result('foreign')),
        ('set_exception', lambda: task.set_exception(ValueError('foreign'))),
        ('result', task.result),
        ('exception', task.exception),
    ]:
        try:
            action()
        except Exception as error:
            trace(name, trace.kind(error))
    trace(await task)
