"""What a scenario writes down, in a form that JSON carries and the TypeScript side can produce too."""

# Errors whose text the two languages word differently: only the class counts.
WORDED_DIFFERENTLY = {'InvalidStateError', 'TimeoutError', 'TypeError'}


def kind(error):
    """The class of an error, under the name that both sides share."""
    return 'AggregateError' if isinstance(error, BaseExceptionGroup) else type(error).__name__


def describe(error):
    """An error as text: its class, and its message or its parts."""
    if isinstance(error, BaseExceptionGroup):
        return f"AggregateError[{', '.join(describe(part) for part in error.exceptions)}]"
    if kind(error) in WORDED_DIFFERENTLY:
        return kind(error)
    return f"{kind(error)}({error.args[0] if error.args and error.args[0] is not None else ''})"


def describe_context(context):
    """An exception handler's context: the first words of the message, the keys in order, the error."""
    message = ' '.join(context['message'].split()[:3])
    error = context.get('exception')
    return [message, list(context), None if error is None else describe(error)]


def plain(value):
    """The JSON form of a traced value."""
    if isinstance(value, BaseException):
        return describe(value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f'cannot trace {value!r}')


class Trace:
    """Collects the entries of one run; called with what happened."""

    def __init__(self):
        self.entries = []

    def __call__(self, *values):
        self.entries.append(plain(values[0]) if len(values) == 1 else plain(values))

    kind = staticmethod(kind)
    context = staticmethod(describe_context)
