/** The methods of the reference's event loop, in its order and by its sections. */
export const LOOP_METHODS = {
  'Running and stopping the loop': [
    'run_until_complete',
    'run_forever',
    'stop',
    'is_running',
    'is_closed',
    'close',
    'shutdown_asyncgens',
    'shutdown_default_executor',
  ],
  'Scheduling callbacks': ['call_soon', 'call_soon_threadsafe'],
  'Scheduling delayed callbacks': ['call_later', 'call_at', 'time'],
  'Creating Futures and Tasks': ['create_future', 'create_task', 'set_task_factory', 'get_task_factory'],
  'Opening network connections': ['create_connection', 'create_datagram_endpoint', 'create_unix_connection'],
  'Creating network servers': ['create_server', 'create_unix_server', 'connect_accepted_socket'],
  'Transferring files': ['sendfile'],
  'TLS Upgrade': ['start_tls'],
  'Watching file descriptors': ['add_reader', 'remove_reader', 'add_writer', 'remove_writer'],
  'Working with socket objects directly': [
    'sock_recv',
    'sock_recv_into',
    'sock_recvfrom',
    'sock_recvfrom_into',
    'sock_sendall',
    'sock_sendto',
    'sock_connect',
    'sock_accept',
    'sock_sendfile',
  ],
  DNS: ['getaddrinfo', 'getnameinfo'],
  'Working with pipes': ['connect_read_pipe', 'connect_write_pipe'],
  'Unix signals': ['add_signal_handler', 'remove_signal_handler'],
  'Executing code in thread or process pools': ['run_in_executor', 'set_default_executor'],
  'Error Handling API': [
    'set_exception_handler',
    'get_exception_handler',
    'default_exception_handler',
    'call_exception_handler',
  ],
  'Enabling debug mode': ['get_debug', 'set_debug'],
  'Running Subprocesses': ['subprocess_exec', 'subprocess_shell'],
} as const;

/** The reference's attributes of a loop that are no methods. */
export const LOOP_ATTRIBUTES = ['slow_callback_duration'] as const;

/** The methods of the reference's server; `sockets` is an attribute. */
export const SERVER_MEMBERS = [
  'close',
  'close_clients',
  'abort_clients',
  'get_loop',
  'start_serving',
  'serve_forever',
  'is_serving',
  'wait_closed',
  'sockets',
] as const;

/** A name of the reference as it is here. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

/** The methods of the reference's handles. */
export const HANDLE_METHODS = [
  'Handle.get_context',
  'Handle.cancel',
  'Handle.cancelled',
  'TimerHandle.when',
] as const;

/** The functions of the reference's event-loop page. */
export const FUNCTIONS = ['get_running_loop', 'get_event_loop', 'set_event_loop', 'new_event_loop'] as const;

/** The classes of the reference's event-loop page. */
export const CLASSES = [
  'Handle',
  'TimerHandle',
  'Server',
  'SelectorEventLoop',
  'ProactorEventLoop',
  'EventLoop',
  'AbstractEventLoop',
] as const;

/** What the reference's page of contextvars has, and what that is called here. */
export const CONTEXT_VARIABLE_NAMES = {
  ContextVar: 'new ContextVar',
  'ContextVar.name': 'variable.name',
  'ContextVar.get': 'variable.get',
  'ContextVar.set': 'variable.set',
  'ContextVar.reset': 'variable.reset',
  Token: 'Token',
  'Token.var': 'token.var',
  'Token.old_value': 'token.oldValue',
  'Token.MISSING': 'Token.MISSING',
  copy_context: 'copyContext',
  Context: 'new Context',
  'Context.run': 'context.run',
  'Context.copy': 'context.copy',
  'var in context': 'context.has',
  'context[var]': 'context.lookup',
  'Context.get': 'context.get',
  'iter(context)': 'context.keys',
  'len(context)': 'context.size',
  'Context.keys': 'context.keys',
  'Context.values': 'context.values',
  'Context.items': 'context.entries',
} as const;
