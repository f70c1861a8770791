import * as contextvars from '@bight/contextvars';
import * as executors from '@bight/executors';
import * as interop from '@bight/interop';
import * as abstract from '@bight/loop-abstract';
import * as core from '@bight/loop-core';
import * as net from '@bight/loop-net';
import * as signals from '@bight/loop-signals';
import * as subprocess from '@bight/loop-subprocess';
import * as sockets from '@bight/sockets';
import { describe, expect, test } from '@jest/globals';
import * as bight from 'bight';

const everything = bight as Record<string, unknown>;

/** What only authors of loops need; it is in the `low-level` entries of the packages. */
const forAuthors = new Set(
  `enterFromHost enterBatchFromHost enqueueFromHost callSoonIn callbackCarrier EventHandle InlineWait inDebugMode trackHandle untrackHandle
  createHost NodeHost WebHost SelectorHost ReportingLoop InspectableLoop SignalBond setDefaultLoopFactory
  setDefaultExecutorFactory createDefaultExecutor capabilities notImplemented`.split(/\s+/),
);

/**
 * Classes that the umbrella has of its own, made of the package's; and the core's classes of the abstract package's
 * interfaces.
 */
const replaced = new Set(['ProactorEventLoop', 'SelectorEventLoop', 'Handle', 'TimerHandle']);

describe('bight exports what the packages export', () => {
  const packages = { contextvars, executors, interop, abstract, core, net, signals, subprocess, sockets };
  // Of the numbers of the system's headers it has those at its top level that programs for asyncio name, and all in
  // `constants`.
  const names = Object.entries(packages).flatMap(([name, exports]) => {
    return Object.entries(exports)
      .filter(([key]) => !forAuthors.has(key) && (!(key in sockets.constants) || key in bight))
      .map(([key, value]) => [name, key, value] as const);
  });

  test('and the system numbers in a namespace', () => {
    expect(bight.constants.SO_LINGER).toBe(sockets.SO_LINGER);
    expect('SO_LINGER' in bight).toBe(false);
    for (const [name, value] of Object.entries(sockets.constants))
      expect(everything[name] ?? value).toBe(value);
  });

  test.each(names)('%s: %s', (_, name, value) => {
    if (replaced.has(name)) expect(everything[name]).toBeInstanceOf(Function);
    else expect(everything[name]).toBe(value);
  });
});

describe('bight exports what programs for asyncio need beyond that', () => {
  const functions = `openConnection startServer openUnixConnection startUnixServer createSubprocessExec createSubprocessShell
    readFrom fromStream toDuplex bindEmitter`;
  const classes = `EventLoop SelectorEventLoop ProactorEventLoop StreamReader StreamWriter StreamReaderProtocol Process Lock
    Event Condition Semaphore BoundedSemaphore Barrier Queue PriorityQueue LifoQueue QueueEmpty QueueFull QueueShutDown
    BrokenBarrierError BaseProtocol Protocol BufferedProtocol DatagramProtocol SubprocessProtocol SSLContext Socket
    EpollSelector KqueueSelector SelectSelector PollSelector DefaultSelector LookupError KeyError RuntimeError ValueError
    NotImplementedError InvalidStateError CancelledError TimeoutError SendfileNotAvailableError IncompleteReadError
    LimitOverrunError ProcessLookupError ThreadPoolExecutor ProcessPoolExecutor`;
  const constants = `PIPE STDOUT DEVNULL FIRST_COMPLETED FIRST_EXCEPTION ALL_COMPLETED AF_INET AF_INET6 AF_UNIX SOCK_STREAM
    SOCK_DGRAM SOL_SOCKET SO_REUSEPORT IPPROTO_TCP TCP_NODELAY AI_PASSIVE NI_NUMERICHOST`;

  test.each([...functions.split(/\s+/), ...classes.split(/\s+/)])('%s', (name) => {
    expect(everything[name]).toBeInstanceOf(Function);
  });

  test.each(constants.split(/\s+/))('%s', (name) => {
    expect(/^(number|string)$/.test(typeof everything[name])).toBe(true);
  });
});

test.each([...forAuthors])('bight leaves %s to the authors of loops', (name) => {
  expect(everything[name]).toBe(undefined);
});

test('newEventLoop() makes the EventLoop of the umbrella', () => {
  const loop = bight.newEventLoop();
  expect(loop).toBeInstanceOf(bight.EventLoop);
  loop.close();
});
