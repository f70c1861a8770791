// Sets a value around two tasks with the tool that the argument names, and reads it wherever their code runs.
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import process from 'node:process';
import { load, loadBight } from './load.mjs';

const tools = {
  opentelemetry: () => openTelemetry('AsyncLocalStorageContextManager'),
  'opentelemetry-hooks': () => openTelemetry('AsyncHooksContextManager'),
  async sentry() {
    const sentry = await load('@sentry/node');
    sentry.init({ dsn: 'http://key@127.0.0.1:1/1', tracesSampleRate: 1, defaultIntegrations: false });
    const spans = new Map();
    return {
      enter: (value, use) =>
        sentry.withScope((scope) => {
          scope.setTag('name', value);
          return sentry.startSpan({ name: value }, (span) => {
            spans.set(value, span);
            return use();
          });
        }),
      read() {
        const { name } = sentry.getCurrentScope().getScopeData().tags;
        assert.equal(sentry.getActiveSpan(), spans.get(name));
        return name;
      },
    };
  },
  'dd-trace': () => ddTrace(false),
  'dd-trace-profiling': () => ddTrace(true),
  async pino() {
    const { default: pino } = await load('pino');
    const storage = new AsyncLocalStorage();
    let last;
    const mixin = () => ({ name: storage.getStore() });
    const log = pino({ mixin }, { write: (line) => (last = JSON.parse(line).name) });
    return {
      enter: (value, use) => storage.run(value, use),
      read() {
        log.info('a line');
        return last;
      },
    };
  },
  async 'nestjs-cls'() {
    await load('reflect-metadata');
    const { ClsServiceManager } = await load('nestjs-cls');
    const cls = ClsServiceManager.getClsService();
    return {
      enter: (value, use) =>
        cls.run(() => {
          cls.set('name', value);
          return use();
        }),
      read: () => (cls.isActive() ? cls.get('name') : undefined),
    };
  },
};

async function openTelemetry(manager) {
  const { context, createContextKey } = await load('@opentelemetry/api');
  const managers = await load('@opentelemetry/context-async-hooks');
  context.setGlobalContextManager(new managers[manager]().enable());
  const key = createContextKey('name');
  return {
    enter: (value, use) => context.with(context.active().setValue(key, value), use),
    read: () => context.active().getValue(key),
  };
}

async function ddTrace(profiling) {
  const { default: tracer } = await load('dd-trace');
  tracer.init({
    startupLogs: false,
    logInjection: false,
    profiling,
    runtimeMetrics: false,
    remoteConfig: { enabled: false },
    flushInterval: 1_000_000,
  });
  return {
    enter: (value, use) => tracer.trace(value, {}, use),
    read: () => tracer.scope().active()?.context()._name,
  };
}

const { enter, read } = await tools[process.argv[2]]();
const bight = await loadBight();
const variable = new bight.ContextVar('variable', { default: 'none' });

/** The work of a task as an async function, which notes the value at each place. */
function asAsync(loop, name, note) {
  return async () => {
    note('task');
    variable.set(name);
    await bight.sleep(0);
    note('after a turn');
    await new Promise(setImmediate);
    note('after a promise of Node');
    await bight.sleep(0.001);
    note('after a timer');
    const future = loop.createFuture();
    loop.callSoon(() => {
      note('callback');
      future.setResult();
    });
    await future;
    const late = loop.createFuture();
    loop.callLater(0.001, () => {
      note('timer');
      late.setResult();
    });
    await late;
    await bight.TaskGroup.run(async (group) => {
      group.createTask(async () => {
        await bight.sleep(0);
        note('child');
      });
    });
    assert.equal(variable.get(), name);
  };
}

/** The same as a generator. */
function asGenerator(loop, name, note) {
  return function* () {
    note('task');
    variable.set(name);
    yield* bight.sleep(0);
    note('after a turn');
    yield* bight.sleep(0.001);
    note('after a timer');
    const future = loop.createFuture();
    loop.callSoon(() => {
      note('callback');
      future.setResult();
    });
    yield* future;
    yield* bight.TaskGroup.run(function* (group) {
      yield* bight.sleep(0);
      group.createTask(function* () {
        yield* bight.sleep(0);
        note('child');
      });
    });
    assert.equal(variable.get(), name);
  };
}

for (const Loop of [bight.SelectorEventLoop, bight.ProactorEventLoop]) {
  for (const form of [asAsync, asGenerator]) {
    const where = `${Loop.name}, ${form.name}`;
    await bight.run(
      async () => {
        const loop = bight.getRunningLoop();
        const places = new Map();
        const work = (name) =>
          form(loop, name, (place) => {
            assert.equal(read(), name, `${place} (${where})`);
            places.set(name, (places.get(name) ?? 0) + 1);
          });
        // Both at once: their steps alternate.
        await Promise.all(
          ['first', 'second'].map((name) =>
            enter(name, async () => {
              await bight.createTask(work(name));
            }),
          ),
        );
        assert.equal(read(), undefined, `outside (${where})`);
        assert.ok(places.get('first') >= 5 && places.get('first') === places.get('second'));
      },
      { loopFactory: () => new Loop() },
    );
  }
}
// Agents keep timers and connections open.
process.exit();
