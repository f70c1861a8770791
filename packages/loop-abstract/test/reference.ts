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

/** The methods of the reference's server. */
export const SERVER_METHODS = [
  'close',
  'close_clients',
  'abort_clients',
  'get_loop',
  'start_serving',
  'serve_forever',
  'is_serving',
  'wait_closed',
] as const;

/** A name of the reference as it is here. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
