"""Reports of errors, from bight's exception handlers to Python's and back."""

from link import JS, Special, decode, handler, held
from transports import python_socket


KEYS = {'source_traceback': 'sourceTraceback'}
KEYS_BACK = {name: key for key, name in KEYS.items()}


def context_to_js(context):
    return {KEYS.get(key, key): value if isinstance(value, (str, BaseException, JS)) else Special(value, None)
            for key, value in context.items()}


class HandlerCall:
    def __init__(self, loop, handler):
        self.loop, self.handler = loop, handler

    def __call__(self, loop, context):
        fields = {KEYS_BACK.get(key, key): value for key, value in context.items()}
        origin = getattr(fields.get('handle') or fields.get('future'), '_source_traceback', None)
        if isinstance(fields.get('source_traceback'), str):
            del fields['source_traceback']
        if origin and 'source_traceback' not in fields:
            fields['source_traceback'] = origin
        if isinstance(fields.get('socket'), JS):
            fields['socket'] = python_socket(fields['socket'])
        try:
            self.handler(self.loop, fields)
        except (SystemExit, KeyboardInterrupt) as error:
            self.loop._escape(error)


@handler
def override(value):
    loop = held[value['py']][0]()
    if loop is None:
        return False
    replacement = loop._overridden(value['method'])
    if replacement is None:
        return False
    context = decode(value['context'])
    fields = {KEYS_BACK.get(key, key): part for key, part in context.items()}
    try:
        replacement(fields)
    except (SystemExit, KeyboardInterrupt) as error:
        loop._escape(error)
    return True
