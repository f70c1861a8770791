"""What a scenario writes down, in a form that JSON carries and the TypeScript side can produce too."""
import errno
import re
import socket
import ssl

# Errors whose text the two languages word differently: only the class counts.
WORDED_DIFFERENTLY = {'InvalidStateError', 'TimeoutError', 'TypeError'}

# asyncio raises these by itself, without a number.
UNNUMBERED = {
    ConnectionAbortedError: 'ECONNABORTED', ConnectionResetError: 'ECONNRESET', BrokenPipeError: 'EPIPE'}


def kind(error):
    """The class of an error, under the name that both sides share."""
    if isinstance(error, BaseExceptionGroup):
        return 'AggregateError'
    return 'OSError' if code(error) is not None else type(error).__name__


def code(error):
    """What Node has as the code of a system error; None for other errors."""
    if isinstance(error, ssl.SSLError):
        return 'TLS'
    if isinstance(error, socket.gaierror):
        return 'name resolution'
    if isinstance(error, OSError) and error.errno:
        return errno.errorcode[error.errno]
    return next((name for kind, name in UNNUMBERED.items() if isinstance(error, kind)), None)


def describe(error):
    """An error as text: its class, and its message, code or parts."""
    if isinstance(error, BaseExceptionGroup):
        return f"AggregateError[{', '.join(describe(part) for part in error.exceptions)}]"
    if kind(error) in WORDED_DIFFERENTLY:
        return kind(error)
    if code(error) is not None:
        return f'OSError({code(error)})'
    return f"{kind(error)}({error.args[0] if error.args and error.args[0] is not None else ''})"


def describe_context(context):
    """An exception handler's context: the first words of the message, the keys in order, the error."""
    message = ' '.join(context['message'].split()[:3])
    error = context.get('exception')
    return [camel_case(message), list(context), None if error is None else camel_case(describe(error))]


def camel_case(text):
    """A text with the names of methods as TypeScript has them."""
    return re.sub('_([a-z])', lambda match: match[1].upper(), text)


def plain(value):
    """The JSON form of a traced value."""
    if isinstance(value, BaseException):
        return describe(value)
    if isinstance(value, (bytes, bytearray)):
        return value.decode('latin1')
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f'cannot trace {value!r}')


class Trace:
    """Collects the entries of one run; called with what happened."""

    def __init__(self):
        self.entries = []
        self.lanes = []

    def lane(self, name):
        """A trace of its own for one of several parties whose order between each other is up to the operating system."""
        own = Trace()
        self.lanes.append((name, own))
        return own

    def finish(self):
        """What was noted up to now."""
        lanes = sorted(self.lanes, key=lambda lane: lane[0])
        return self.entries + [[name, *own.finish()] for name, own in lanes]

    def __call__(self, *values):
        self.entries.append(plain(values[0]) if len(values) == 1 else plain(values))

    kind = staticmethod(kind)
    context = staticmethod(describe_context)
