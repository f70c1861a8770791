"""stop() in a reader lets the iteration end; what is ready then is reported when the loop runs again."""
import asyncio

import sockets

CLOCK = 'real'


def run(trace):
    loop = asyncio.new_event_loop()
    with sockets.pair() as (a, b), sockets.pair() as (c, d):

        def ready(sock, name):
            trace(name, sock.recv(1))
            loop.stop()
            loop.call_soon(trace, f'after {name}')

        loop.add_reader(a, ready, a, 'one')
        loop.add_reader(c, ready, c, 'two')
        b.send(b'12')
        d.send(b'3')
        loop.run_forever()
        trace('stopped')
        loop.run_forever()
        trace('stopped again')
        loop.remove_reader(a)
        loop.remove_reader(c)
        b.send(b'4')
        loop.close()
        trace(loop.remove_reader(a))
        try:
            loop.add_reader(a, print)
        except RuntimeError as error:
            trace(error)
