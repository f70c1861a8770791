"""Asking too early and setting twice raise InvalidStateError and change nothing."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def attempt(name, action):
        try:
            trace(name, action())
        except Exception as error:
            trace(name, 'raised', error)

    attempt('result', future.result)
    attempt('exception', future.exception)
    attempt('set', lambda: future.set_result('one'))
    attempt('set again', lambda: future.set_result('two'))
    attempt('set exception', lambda: future.set_exception(ValueError('late')))
    attempt('result', future.result)
    attempt('exception', future.exception)
    failed = loop.create_future()
    attempt('fail', lambda: failed.set_exception(ValueError('bad')))
    attempt('set after failing', lambda: failed.set_result(1))
    attempt('result of failed', failed.result)
    attempt('exception of failed', failed.exception)
    attempt('cancel failed', failed.cancel)
