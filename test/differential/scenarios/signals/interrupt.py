"""Ctrl-C cancels the main task of run(), which ends with KeyboardInterrupt, unless the task has a result all the same."""
import asyncio
import os
import signal

CLOCK = 'real'


def run(trace):
    async def gives_in():
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGINT)
        try:
            await asyncio.sleep(1000)
        finally:
            trace('cleaning up', asyncio.current_task().cancelling())
            await asyncio.sleep(0)

    async def goes_on():
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGINT)
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError as error:
            trace(error)
        return 'result'

    async def fails():
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGINT)
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            raise ValueError('while it was cancelled')

    for main in (gives_in, goes_on, fails):
        try:
            trace(asyncio.run(main()))
        except (KeyboardInterrupt, ValueError) as error:
            trace(error)
