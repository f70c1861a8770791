"""Python's half of the bridge: messages, references, exceptions."""

import asyncio
import collections
import errno
import gc
import json
import os
import re
import socket
import ssl
import struct
import sys
import threading
import warnings
import weakref

import _bridge

TRACE = bool(os.environ.get('BRIDGE_TRACE'))
MAIN_THREAD = threading.get_ident()

# Python objects that JavaScript holds: number -> [object, how often it was given].
held = {}
numbers_by_id = {}
last_number = 0
# JavaScript objects that Python holds: number -> JS.
known = weakref.WeakValueDictionary()
# Numbers that are no longer needed; other threads may add some.
dropped = collections.deque()
# What other threads want done: functions without arguments.
from_threads = collections.deque()


def give(obj):
    global last_number
    number = numbers_by_id.get(id(obj))
    if number is None:
        last_number += 1
        number = last_number
        numbers_by_id[id(obj)] = number
        held[number] = [obj, 1]
    else:
        held[number][1] += 1
    return number


def let_go(number, times):
    entry = held.get(number)
    if entry is None:
        return
    entry[1] -= times
    if entry[1] <= 0:
        del held[number]
        del numbers_by_id[id(entry[0])]


class JS:
    """A JavaScript object. Equal ones are the same object."""

    kind = 'object'
    _js_number = None
    _js_received = 0

    def __del__(self):
        if self._js_number is not None:
            dropped.append([self._js_number, self._js_received])

    def _bind(self, number):
        self._js_number = number
        known[number] = self

    def _call(self, name, *args):
        return call(self, name, *args)

    def _get(self, name):
        return rpc(op='get', on=encode(self), name=name)


class Undefined:
    pass


UNDEFINED = Undefined()


class Special:
    """A value that has a form of its own on the way: `kind` says what JavaScript makes of it."""

    def __init__(self, obj, kind, name=None):
        self.obj, self.kind, self.name = obj, kind, name


def factory(function):
    return Special(function, 'factory')


# Values

blobs = []
incoming = []
proxies = {}  # kind -> function of a JS number that makes what stands for it here
opaque = {}  # type -> function of an Python object that gives a Special for it


def encode(value):
    if value is None or value is True or value is False:
        return value
    kind = type(value)
    if kind is str:
        return value
    if kind is int:
        return value if abs(value) <= 2 ** 53 else {'$i': str(value)}
    if kind is float:
        if value != value:
            return {'$f': 'NaN'}
        if value in (float('inf'), float('-inf')):
            return {'$f': 'Infinity' if value > 0 else '-Infinity'}
        return value
    if kind in (bytes, bytearray, memoryview):
        blobs.append(bytes(value))
        return {'$b': len(blobs) - 1}
    if kind in (list, tuple):
        return [encode(part) for part in value]
    if kind is dict:
        return {'$d': {name: encode(part) for name, part in value.items()}}
    if isinstance(value, JS) and value._js_number is not None:
        return {'$j': value._js_number}
    if kind is Undefined:
        return {'$u': 1}
    if kind is Special:
        return {'$p': give(value.obj), 'k': value.kind, 'n': value.name}
    if isinstance(value, BaseException):
        return encode_exception(value)
    if isinstance(value, bool) or isinstance(value, int):
        return encode(int(value))
    if isinstance(value, float):
        return encode(float(value))
    if isinstance(value, str):
        return str.__str__(value)
    return {'$p': give(value)}


def encode_exception(error):
    origin = getattr(error, '_js_error', None)
    if origin is not None:
        return {'$x': {'js': origin._js_number}}
    mro = [base.__name__ for base in type(error).__mro__]
    message = error.args[0] if len(error.args) == 1 and isinstance(error.args[0], str) else str(error)
    if isinstance(error, asyncio.CancelledError) and error.args and not isinstance(error.args[0], str):
        message = ''
    return {'$x': {'py': give(error), 'mro': mro, 'message': message}}


def decode(value):
    kind = type(value)
    if kind is list:
        return [decode(part) for part in value]
    if kind is not dict:
        return value
    if '$j' in value:
        return reference(value['$j'], value.get('c', 'object'))
    if '$p' in value:
        return held[value['$p']][0]
    if '$b' in value:
        return incoming[value['$b']]
    if '$d' in value:
        return {name: decode(part) for name, part in value['$d'].items()}
    if '$x' in value:
        return decode_exception(value['$x'])
    if '$f' in value:
        return float(value['$f'].replace('Infinity', 'inf'))
    if '$i' in value:
        return int(value['$i'])
    if '$a' in value:
        return address_from_js(value['$a'])
    if '$set' in value:
        return [decode(part) for part in value['$set']]
    raise TypeError(f'bridge: {value!r}')


def reference(number, kind):
    found = known.get(number)
    if found is None:
        found = proxies.get(kind, JS)()
        found._bind(number)
    found._js_received += 1
    return found


def address_from_js(address):
    if address is None or isinstance(address, str):
        if address and address[0] == '\0':
            return os.fsencode(address)
        return address
    host, port = address['host'], address['port']
    if address.get('family') == socket.AF_INET6 or ':' in host:
        return (host, port, address.get('flowinfo') or 0, address.get('scopeId') or 0)
    return (host, port)


def address_to_js(address):
    if address is None or isinstance(address, str):
        return address
    if isinstance(address, bytes):
        return os.fsdecode(address)
    if isinstance(address, os.PathLike):
        return os.fspath(address)
    try:
        parts = dict(zip(('host', 'port', 'flowinfo', 'scopeId'), address))
        if isinstance(parts.get('port'), str) and parts['port'].isdecimal():
            parts['port'] = int(parts['port'])
    except TypeError:
        return Special(address, None)
    return parts


# Exceptions

TLS_VERIFICATION = {
    'DEPTH_ZERO_SELF_SIGNED_CERT': 'self-signed certificate',
    'SELF_SIGNED_CERT_IN_CHAIN': 'self-signed certificate in certificate chain',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE': 'unable to get local issuer certificate',
    'UNABLE_TO_GET_ISSUER_CERT': 'unable to get issuer certificate',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY': 'unable to get local issuer certificate',
    'CERT_HAS_EXPIRED': 'certificate has expired',
}
GAI = {'ENOTFOUND': socket.EAI_NONAME, 'EAI_FAMILY': socket.EAI_FAMILY, 'EAI_SERVICE': socket.EAI_SERVICE,
       'EAI_SOCKTYPE': socket.EAI_SOCKTYPE, 'EAI_AGAIN': socket.EAI_AGAIN, 'EAI_NONAME': socket.EAI_NONAME}
NAMED = {
    'TypeError': TypeError, 'RangeError': ValueError, 'ValueError': ValueError, 'RuntimeError': RuntimeError,
    'LookupError': LookupError, 'KeyError': KeyError, 'NotImplementedError': NotImplementedError,
    'InvalidStateError': asyncio.InvalidStateError, 'CancelledError': asyncio.CancelledError,
    'TimeoutError': asyncio.TimeoutError, 'SendfileNotAvailableError': asyncio.SendfileNotAvailableError,
    'ProcessLookupError': ProcessLookupError, 'KeyboardInterrupt': KeyboardInterrupt, 'EOFError': EOFError,
    'QueueEmpty': asyncio.QueueEmpty, 'QueueFull': asyncio.QueueFull,
    'BrokenBarrierError': asyncio.BrokenBarrierError,
}


class JSError(Exception):
    """A JavaScript error that has no counterpart here."""


def decode_exception(fields):
    number = fields.get('py')
    if number is not None:
        reference(fields['js'], 'object')
        return held[number][0]
    origin = reference(fields['js'], 'object')
    error = make_exception(fields)
    error._js_error = origin
    if 'cause' in fields:
        error.__context__ = error.__cause__ = decode_exception(fields['cause']['$x'])
    if 'stack' in fields:
        error.add_note(fields['stack'])
    return error


# Names in messages, as they are called here.
TRANSLATED = re.compile(r'\b(ssl(?:HandshakeTimeout|ShutdownTimeout|Context)|serverHostname|startTls|createServer|localAddr|'
                        r'remoteAddr|reuseAddress|reusePort|allowBroadcast|protocolFactory|sendEof|writeEof|callSoon|'
                        r'callLater|callAt|callSoonThreadsafe|addSignalHandler|serveForever)\b')


def translate(message):
    return TRANSLATED.sub(lambda found: re.sub('[A-Z]', lambda upper: '_' + upper[0].lower(), found[0]), message)


def make_exception(fields):
    name, code, message = fields['name'], fields.get('code'), translate(fields['message'])
    if name == 'CancelledError':
        return asyncio.CancelledError(message) if message else asyncio.CancelledError()
    if 'errors' in fields:
        errors = decode(fields['errors'])
        if errors:
            return BaseExceptionGroup(message, errors)
    if name == 'IncompleteReadError':
        partial, expected = decode(fields['partial']), fields.get('expected')
        return asyncio.IncompleteReadError(partial, expected)
    if name == 'LimitOverrunError':
        return asyncio.LimitOverrunError(message, fields['consumed'])
    kind = NAMED.get(fields['class']) or NAMED.get(name)
    if kind is not None:
        return kind(message) if message else kind()
    if isinstance(code, str):
        if code in GAI and (fields.get('syscall') in ('getaddrinfo', 'getnameinfo', None)):
            return socket.gaierror(GAI[code], message)
        if code in TLS_VERIFICATION:
            error = ssl.SSLCertVerificationError(
                1, f'[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {TLS_VERIFICATION[code]}')
            error.reason, error.library = 'CERTIFICATE_VERIFY_FAILED', 'SSL'
            return error
        if code == 'ERR_TLS_CERT_ALTNAME_INVALID':
            error = ssl.SSLCertVerificationError(1, message)
            error.reason, error.library = 'CERTIFICATE_VERIFY_FAILED', 'SSL'
            return error
        if code.startswith('ERR_SSL_'):
            error = ssl.SSLError(1, message)
            error.reason, error.library = code[8:], 'SSL'
            return error
        if hasattr(errno, code):
            return OSError(getattr(errno, code), message)
    if fields['class'] == 'Error' and code is None:
        # An OSError without a number, as asyncio makes some.
        return OSError(message)
    return JSError(f'{name}: {message}' + (f' ({code})' if code else ''))


# Messages

def pack(value):
    if dropped:
        let = []
        while dropped:
            let.append(dropped.popleft())
        value['dropped'] = let
    text = json.dumps(value).encode()
    sizes = struct.pack(f'<{len(blobs) + 1}I', len(blobs), *map(len, blobs))
    message = b''.join([struct.pack('<I', len(text)), text, sizes, *blobs])
    blobs.clear()
    return message


def unpack(message):
    (length,) = struct.unpack_from('<I', message)
    value = json.loads(message[4:4 + length])
    at = 4 + length
    (count,) = struct.unpack_from('<I', message, at)
    sizes = struct.unpack_from(f'<{count}I', message, at + 4)
    at += 4 * (count + 1)
    incoming.clear()
    for size in sizes:
        incoming.append(message[at:at + size])
        at += size
    for number, times in value.get('dropped', ()):
        let_go(number, times)
    return value


def rpc(**message):
    if threading.get_ident() != MAIN_THREAD:
        return in_main_thread(message)
    answer = unpack(_bridge.call(pack(message)))
    if 'x' in answer:
        error = decode(answer['x'])
        try:
            raise error
        finally:
            del error
    return decode(answer.get('v'))


def in_main_thread(message):
    if blobs:
        blobs.clear()
        raise RuntimeError('bridge: bytes from another thread')
    done, got = threading.Event(), []

    def do():
        try:
            got.append((rpc(**message), None))
        except BaseException as error:
            got.append((None, error))
        done.set()
    from_thread(do)
    if not done.wait(20):
        raise RuntimeError('bridge: the main thread does not come round')
    value, error = got[0]
    if error is not None:
        raise error
    return value


depth = 0


def collect():
    """`support.gc_collect()` on both sides, as far as JavaScript may do so now."""
    gc.collect()
    gc.collect()
    if depth == 0 and threading.get_ident() == MAIN_THREAD:
        rpc(op='gc')
    gc.collect()


def call(on, name, *args):
    return rpc(op='call', on=encode(on), name=name, args=encode(args))


def construct(name, *args):
    return rpc(op='construct', name=name, args=encode(args))


handlers = {}


def handler(function):
    handlers[function.__name__] = function
    return function


def serve(message):
    global depth
    depth += 1
    try:
        return serve_one(message)
    finally:
        depth -= 1


def serve_one(message):
    try:
        value = unpack(message)
        if TRACE:
            print('[py]', value, flush=True)
        result = handlers[value['op']](value)
        return pack({'v': encode(result)})
    except BaseException as error:
        blobs.clear()
        if TRACE:
            print('[py] raises', repr(error), flush=True)
        return pack({'x': encode_exception(error)})


_bridge.on_request(serve)


def _call(value):
    function, args = held[value['py']][0], decode(value['args'])
    return function(*args)


handlers['call'] = _call


@handler
def drain(value):
    while from_threads:
        from_threads.popleft()()


@handler
def log(value):
    logger = asyncio.base_events.logger
    text = ' '.join(value['words'])
    if value['level'] == 'error':
        error = decode(value.get('error'))
        known = (type(error), error, error.__traceback__) if isinstance(error, BaseException) else False
        if value['thrown']:
            text, known = value['words'][0], True
        logger.error(text, exc_info=known)
    else:
        logger.warning(text)


@handler
def warning(value):
    kinds = {'ResourceWarning': ResourceWarning, 'RuntimeWarning': RuntimeWarning,
             'DeprecationWarning': DeprecationWarning}
    sys.stderr.write(f"bight warns: {value['name']}: {value['message']}\n")
    warnings.warn(value['message'], kinds.get(value['name'], Warning), stacklevel=2)


def from_thread(function):
    """Calls a function in the main thread, as soon as JavaScript can."""
    from_threads.append(function)
    _bridge.wake()
