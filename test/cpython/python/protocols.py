"""Python's protocols as bight calls them: each within the context in which its connection was made."""

import asyncio
import contextvars
import weakref

import link
from link import Special, decode, handler, held
from shared_sockets import given_sockets


contexts = weakref.WeakKeyDictionary()


def special_protocol(protocol, given=None):
    if isinstance(protocol, asyncio.BufferedProtocol):
        kind = 'buffered'
    elif isinstance(protocol, asyncio.SubprocessProtocol):
        kind = 'process'
    elif isinstance(protocol, asyncio.DatagramProtocol):
        kind = 'datagrams'
    else:
        kind = given or 'protocol'
    return Special(protocol, kind)


class Factory:
    sock = None

    def __init__(self, function, kind=None, sock=None):
        self.function, self.kind, self.sock = function, kind, sock
        self.context = contextvars.copy_context()

    def __call__(self):
        protocol = self.context.copy().run(self.function)
        try:
            contexts[protocol] = self.context
            if self.sock is not None:
                given_sockets[protocol] = self.sock
        except TypeError:
            pass
        return special_protocol(protocol, self.kind)


def factory(function, kind=None, sock=None):
    if not callable(function):
        return Special(function, None)
    return Special(Factory(function, kind, sock), 'factory')


@handler
def factory_(value):
    return held[value['py']][0]()


link.handlers['factory'] = factory_


def within(protocol, function, *args):
    try:
        context = contexts.get(protocol)
    except TypeError:
        context = None
    if context is None:
        return function(*args)
    try:
        return context.run(function, *args)
    except RuntimeError as error:
        if 'cannot enter context' in str(error):
            return function(*args)
        raise


rooms = weakref.WeakKeyDictionary()


@handler
def get_buffer(value):
    protocol = held[value['py']][0]
    room = within(protocol, protocol.get_buffer, value['sizehint'])
    rooms[protocol] = room
    return len(memoryview(room))


@handler
def buffer_updated(value):
    protocol, data = held[value['py']][0], decode(value['data'])
    memoryview(rooms[protocol])[:len(data)] = data
    return within(protocol, protocol.buffer_updated, len(data))


@handler
def process_exited(value):
    protocol = held[value['py']][0]
    transport = transports_by_protocol.get(protocol)
    if transport is not None:
        transport._exited()
    return within(protocol, protocol.process_exited)


transports_by_protocol = weakref.WeakKeyDictionary()
