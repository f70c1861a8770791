"""The last handler of a signal counts; removing says whether there was one; closing the loop removes them all."""
import asyncio
import os
import signal

CLOCK = 'real'


def run(trace):
    before = signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    for round in range(2):
        loop = asyncio.new_event_loop()
        trace('none', loop.remove_signal_handler(signal.SIGUSR2))
        loop.add_signal_handler(signal.SIGUSR2, trace, 'first')
        loop.add_signal_handler(signal.SIGUSR2, lambda: (trace('second'), loop.stop()))
        loop.call_soon(os.kill, os.getpid(), signal.SIGUSR2)
        loop.run_forever()
        if round == 0:
            trace('removed', loop.remove_signal_handler(signal.SIGUSR2), loop.remove_signal_handler(signal.SIGUSR2))
            loop.add_signal_handler(signal.SIGUSR2, lambda: (trace('third'), loop.stop()))
            loop.call_soon(os.kill, os.getpid(), signal.SIGUSR2)
            loop.run_forever()
        loop.close()
    signal.signal(signal.SIGUSR2, before)
