// What a loop returns is assignable to the name that `bight` exports for it, whichever way the program came by the
// loop.
import { expectTypeOf } from 'expect-type';
import {
  type AbstractEventLoop,
  type AbstractServer,
  allTasks,
  asCompleted,
  createTask,
  currentTask,
  type DatagramTransport,
  type EventLoop,
  type ExceptionContext,
  ensureFuture,
  Future,
  fromSignal,
  gather,
  type getRunningLoop,
  Handle,
  isFuture,
  type newEventLoop,
  type ProactorEventLoop,
  Process,
  type SelectorEventLoop,
  Server,
  type SubprocessTransport,
  shield,
  sleep,
  Task,
  TaskGroup,
  TimerHandle,
  type Transport,
  toThread,
  wait,
  waitFor,
  wrapFuture,
} from '../src/index.js';

declare const abstractLoop: AbstractEventLoop;
declare const eventLoop: EventLoop;
declare const selectorLoop: SelectorEventLoop;
declare const proactorLoop: ProactorEventLoop;
declare const running: ReturnType<typeof getRunningLoop>;
declare const made: ReturnType<typeof newEventLoop>;

async function everythingThatIsReturned(
  loop: AbstractEventLoop | EventLoop | SelectorEventLoop | ProactorEventLoop,
): Promise<void> {
  const soon: Handle = loop.callSoon(() => {});
  const threadsafe: Handle = loop.callSoonThreadsafe(() => {});
  const later: TimerHandle = loop.callLater(1, () => {});
  const at: TimerHandle = loop.callAt(1, () => {});
  const handle: Handle = later;
  const future: Future<number> = loop.createFuture<number>();
  const unknown: Future = future;
  const task: Task<string> = loop.createTask(async () => 'text');
  const anyTask: Task = task;
  const asFuture: Future<string> = task;
  const server: Server = await loop.createServer(() => ({}), { port: 0 });
  const unix: Server = await loop.createUnixServer(() => ({}), { path: 'x.sock' });
  const [transport]: [Transport, object] = await loop.createConnection(() => ({}), { host: 'h', port: 1 });
  const [datagram]: [DatagramTransport, object] = await loop.createDatagramEndpoint(() => ({}), {});
  const [child]: [SubprocessTransport, object] = await loop.subprocessExec(() => ({}), 'true');
  const inPool: Future<number> = loop.runInExecutor(null, () => 1);
  const closing: Future<void> = loop.shutdownAsyncgens();
  void [
    soon,
    threadsafe,
    at,
    handle,
    unknown,
    anyTask,
    asFuture,
    server,
    unix,
    transport,
    datagram,
    child,
    inPool,
    closing,
  ];
}

function everyLoop(): void {
  for (const loop of [abstractLoop, eventLoop, selectorLoop, proactorLoop, running, made])
    void everythingThatIsReturned(loop);
}

function everyFunctionTakesThem(future: Future<number>, task: Task<string>): void {
  void gather([future, task]);
  void wait([future, task]);
  void wait([task]);
  void asCompleted([future, future]);
  void asCompleted([task]);
  void Promise.all([future, task]);
  const waited: Future<number> = waitFor(future, 1);
  const shielded: Future<string> = shield(task);
  const ensured: Future<number> = ensureFuture(future);
  const wrapped: Future<number> = wrapFuture(future);
  const slept: Future<undefined> = sleep(1);
  const threaded: Future<number> = toThread(() => 1);
  const made: Task<number> = createTask(async () => 1);
  const current: Task | null = currentTask();
  const all: Set<Task> = allTasks();
  future.addDoneCallback((done: Future<number>) => done.result());
  task.addDoneCallback((done: Task<string>) => done.getName());
  fromSignal(new AbortController().signal, { task });
  void TaskGroup.run(async (group) => {
    const child: Task<number> = group.createTask(async () => 1);
    const children: Task<number>[] = [child];
    return children;
  });
  void [waited, shielded, ensured, wrapped, slept, threaded, made, current, all];
}

function everyNameIsAClass(value: unknown): void {
  if (value instanceof Handle) value.cancel();
  if (value instanceof TimerHandle) expectTypeOf(value.when()).toEqualTypeOf<number>();
  if (value instanceof Future) expectTypeOf(value.done()).toEqualTypeOf<boolean>();
  if (value instanceof Task) expectTypeOf(value.getName()).toEqualTypeOf<string>();
  if (value instanceof Server) void value.waitClosed();
  if (value instanceof Process) value.kill();
  if (isFuture(value)) value.cancel();
  const future: Future<number> = new Future<number>({ loop: abstractLoop });
  const task: Task<number> = new Task(async () => 1, { loop: abstractLoop });
  abstractLoop.setTaskFactory((loop, coro) => new Task(coro, { loop }));
  abstractLoop.setTaskFactory((loop, coro, options) => loop.createTask(coro, options));
  void [future, task];
}

class Promised<T> extends Future<T> {
  /** A member of its own. */
  readonly extra: number = 1;
}
class Named<T> extends Task<T> {}

function subclasses(): void {
  const promised: Future<number> = new Promised<number>();
  const named: Task<number> = new Named(async () => 1);
  expectTypeOf(new Promised<number>().extra).toEqualTypeOf<number>();
  void [promised, named];
}

function reports(context: ExceptionContext): void {
  const handle: Handle | undefined = context.handle;
  const future: Future | undefined = context.future;
  const task: Task | undefined = context.task;
  void [handle, future, task];
}

function servers(server: AbstractServer): void {
  const given: Server = server;
  void given;
}

void [everyLoop, everyFunctionTakesThem, everyNameIsAClass, subclasses, reports, servers];
