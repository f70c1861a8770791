import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as bight from 'bight';

// What asyncio of CPython 3.11 exports (`asyncio.__all__`), but for the child watchers, which have no counterpart, and
// for what is a protected name there. An entry says what it is called here where camelCase does not.
const EXPORTS = `ALL_COMPLETED AbstractEventLoop AbstractServer Barrier BaseEventLoop=CoreEventLoop BaseProtocol BaseTransport
  BoundedSemaphore BrokenBarrierError BufferedProtocol CancelledError Condition DatagramProtocol DatagramTransport
  DefaultEventLoopPolicy Event FIRST_COMPLETED FIRST_EXCEPTION Future Handle IncompleteReadError InvalidStateError LifoQueue
  LimitOverrunError Lock PriorityQueue Protocol Queue QueueEmpty QueueFull ReadTransport Runner SelectorEventLoop Semaphore SelectorEventLoop
  SendfileNotAvailableError Server StreamReader StreamReaderProtocol StreamWriter SubprocessProtocol SubprocessTransport Task
  TaskGroup Timeout TimeoutError TimerHandle Transport WriteTransport all_tasks as_completed create_subprocess_exec
  create_subprocess_shell create_task current_task ensure_future gather get_event_loop get_event_loop_policy get_running_loop
  iscoroutinefunction=isCoroutineFunction isfuture=isFuture new_event_loop open_connection open_unix_connection run
  run_coroutine_threadsafe set_event_loop set_event_loop_policy shield sleep start_server start_unix_server timeout timeout_at
  to_thread wait wait_for wrap_future`;

// The public methods and attributes of its classes, where a class has its own.
const MEMBERS: Record<string, string> = {
  Future:
    'result exception set_result set_exception add_done_callback remove_done_callback cancel cancelled done get_loop',
  Task: 'cancel cancelling uncancel get_stack print_stack get_name set_name get_coro get_context',
  TaskGroup: 'create_task',
  Timeout: 'when reschedule expired',
  Runner: 'close get_loop run',
  Lock: 'locked acquire release',
  Event: 'is_set set clear wait',
  Condition: 'wait wait_for notify notify_all',
  Semaphore: 'locked acquire release',
  Barrier: 'wait reset abort parties n_waiting broken',
  Queue: 'qsize maxsize empty full put put_nowait get get_nowait task_done join',
  StreamReader:
    'exception set_exception set_transport feed_eof at_eof feed_data readline readuntil read readexactly',
  StreamWriter:
    'transport write writelines write_eof can_write_eof close is_closing wait_closed get_extra_info drain start_tls',
  Process: 'pid stdin stdout stderr returncode wait send_signal terminate kill communicate',
  Handle: 'get_context cancel cancelled',
  TimerHandle: 'when',
  Server:
    'get_loop is_serving sockets close start_serving serve_forever wait_closed close_clients abort_clients',
  BaseTransport: 'get_extra_info is_closing close set_protocol get_protocol',
  ReadTransport: 'is_reading pause_reading resume_reading',
  WriteTransport:
    'set_write_buffer_limits get_write_buffer_size get_write_buffer_limits write writelines write_eof can_write_eof abort',
  DatagramTransport: 'sendto abort',
  SubprocessTransport: 'get_pid get_returncode get_pipe_transport send_signal terminate kill',
  BaseProtocol: 'connection_made connection_lost pause_writing resume_writing',
  Protocol: 'data_received eof_received',
  BufferedProtocol: 'get_buffer buffer_updated eof_received',
  DatagramProtocol: 'datagram_received error_received',
  SubprocessProtocol: 'pipe_data_received pipe_connection_lost process_exited',
  AbstractEventLoopPolicy: 'get_event_loop set_event_loop new_event_loop',
};

/** Attributes of an instance, which its class does not have. */
const INSTANCE_ATTRIBUTES = new Set([
  'Queue.maxsize',
  'Process.pid',
  'Process.stdin',
  'Process.stdout',
  'Process.stderr',
  'StreamWriter.get_extra_info',
]);

const pages = ['from-asyncio', 'api-map'].map((name) =>
  readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8'),
);
const rows = pages.flatMap((page) => page.split('\n').filter((line) => line.startsWith('| ')));
const cells = rows.map((row) => row.split(' | ').map((cell) => cell.replace(/^\||\|$/g, '')));

/** Whether a cell names something, as a word within code. */
const names = (cell: string | undefined, name: string): boolean =>
  new RegExp(`\`[^\`]*(?<!\\w)${name}(?!\\w)[^\`]*\``).test(cell ?? '');

const camelCase = (name: string): string =>
  /^[A-Z]/.test(name) ? name : name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

describe('a reader who comes from Python finds in the documentation', () => {
  test.each(EXPORTS.split(/\s+/).map((entry) => entry.split('=') as [string, string?]))(
    '%s, and the name that it has here, which is exported',
    (python, here = camelCase(python)) => {
      const isFound = cells.some(([theirs, ours]) => {
        return names(theirs, python) && (names(ours, here) || ours?.includes('the same'));
      });
      expect({ python, here, found: isFound }).toEqual({ python, here, found: true });
      expect(here in bight).toBe(true);
    },
  );

  const members = Object.entries(MEMBERS).flatMap(([name, list]) =>
    list.split(' ').map((member) => [name, member]),
  );

  test.each(members as [string, string][])(
    '%s.%s, and its name here, which the class has',
    (name, member) => {
      const here = camelCase(member);
      const row = cells.find(([first, theirs]) => first?.trim() === `\`${name}\`` && names(theirs, member));
      expect(row?.[2]).toMatch(new RegExp(`\`${here}(\\(\\))?\``));
      if (INSTANCE_ATTRIBUTES.has(`${name}.${member}`)) return;
      // A policy is an interface here.
      const className = name === 'AbstractEventLoopPolicy' ? 'DefaultEventLoopPolicy' : name;
      const { prototype } = (bight as unknown as Record<string, { prototype: object }>)[className] ?? {};
      expect(here in (prototype ?? {})).toBe(true);
    },
  );
});
