"""Handlers are called by the loop, with their arguments, in the order in which the signals came, after what was ready."""
import asyncio
import os
import signal

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    last = loop.create_future()

    def handler(*args):
        trace('signal', *args, asyncio.get_running_loop() is loop, asyncio.current_task() is None)
        if args[0] == 'USR2':
            last.set_result(None)

    loop.add_signal_handler(signal.SIGUSR1, handler, 'USR1', 1)
    loop.add_signal_handler(signal.SIGUSR2, handler, 'USR2')
    loop.add_signal_handler(signal.SIGHUP, handler, 'HUP')

    def send():
        for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
            os.kill(os.getpid(), number)
        loop.call_soon(trace, 'ready before')

    loop.call_soon(send)
    await last
    trace([loop.remove_signal_handler(number) for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)])
