// Reading, entering and setting, against AsyncLocalStorage.
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { Context, ContextVar, copyContext } from '@bight/contextvars';
import { compare } from '../lib/compare.mjs';

const major = Number(process.versions.node.split('.')[0]);
let sink = 0;

// When a value is set, Node 24 copies all storages that ever had one in the scope. So each contender runs in a scope of
// its own: without any value, or with one value of a storage that takes no part.
const clean = new AsyncResource('CLEAN');
const inRequest = new AsyncLocalStorage().run({ request: 1 }, () => new AsyncResource('REQUEST'));

function compareIn(scope, contenders) {
  const entries = Object.entries(contenders);
  return compare(
    Object.fromEntries(
      entries.map(([name, run]) => [name, (count) => scope.runInAsyncScope(run, null, count)]),
    ),
  );
}

function filledContext(count) {
  const variables = Array.from({ length: count }, (_, index) => new ContextVar(`v${index}`));
  const context = new Context();
  context.run(() => {
    for (const variable of variables) variable.set({ value: 1 });
  });
  return { context, variables };
}

/** `variable.get()` beside `als.getStore()`; both have an object as their value. */
export function get() {
  const als = new AsyncLocalStorage();
  const one = filledContext(1);
  const [single] = one.variables;
  const preset = new ContextVar('preset', { default: { value: 1 } });
  const results = als.run({ value: 1 }, () =>
    one.context.run(() =>
      compare({
        'als.getStore()': (count) => {
          for (let i = 0; i < count; i++) sink += als.getStore().value;
        },
        'variable.get()': (count) => {
          for (let i = 0; i < count; i++) sink += single.get().value;
        },
        'variable.get(), the default': (count) => {
          for (let i = 0; i < count; i++) sink += preset.get().value;
        },
      }),
    ),
  );
  const many = filledContext(20);
  const [seventh] = many.variables.slice(6);
  const five = many.variables.slice(3, 8);
  const inMany = als.run({ value: 1 }, () =>
    many.context.run(() =>
      compare({
        'als.getStore()': (count) => {
          for (let i = 0; i < count; i++) sink += als.getStore().value;
        },
        'one of 20': (count) => {
          for (let i = 0; i < count; i++) sink += seventh.get().value;
        },
        'five of 20': (count) => {
          for (let i = 0; i < count; i += 5) for (const variable of five) sink += variable.get().value;
        },
      }),
    ),
  );
  const base = results['als.getStore()'];
  const baseOfMany = inMany['als.getStore()'];
  return [
    target('variable.get()', 'als.getStore()', base, results['variable.get()'], { atMost: 1.5 }),
    info('variable.get(), the default', 'als.getStore()', base, results['variable.get(), the default']),
    target('variable.get(), 20 live', 'als.getStore()', baseOfMany, inMany['one of 20'], { atMost: 1.5 }),
    info('variable.get(), 20 live, five in turn', 'als.getStore()', baseOfMany, inMany['five of 20']),
  ];
}

/** `context.run(fn)` beside `als.run(store, fn)`. */
export function run() {
  const als = new AsyncLocalStorage();
  const store = {};
  const fn = () => {
    sink++;
  };
  const atMost = major >= 24 ? 0.3 : 1.5;
  return [
    ['', clean],
    [', where a storage has a value', inRequest],
  ].flatMap(([where, scope]) => {
    const again = new Context();
    const results = compareIn(scope, {
      'als.run(store, fn)': (count) => {
        for (let i = 0; i < count; i++) als.run(store, fn);
      },
      'context.run(fn), again': (count) => {
        for (let i = 0; i < count; i++) again.run(fn);
      },
      'copyContext().run(fn)': (count) => {
        for (let i = 0; i < count; i++) copyContext().run(fn);
      },
    });
    const name = 'als.run(store, fn)';
    const base = results[name];
    return [
      target(`context.run(fn), entered before${where}`, name, base, results['context.run(fn), again'], {
        atMost,
      }),
      info(`copyContext().run(fn)${where}`, name, base, results['copyContext().run(fn)']),
    ];
  });
}

/** With twenty live values, sets one of them for the call of a function. */
export function setAndRun() {
  const storages = Array.from({ length: 20 }, () => new AsyncLocalStorage());
  const { context, variables } = filledContext(20);
  const fn = () => {
    sink++;
  };
  const setAndCall = (variable, value) => {
    variable.set(value);
    fn();
  };
  const nest = (index, body) =>
    index === 20 ? body() : storages[index].run({ value: 1 }, nest, index + 1, body);
  // Each side has only its own twenty values.
  const inStorages = (body) => nest(0, body);
  const inContext = (body) => context.run(body);
  const results = compareIn(clean, {
    '20 AsyncLocalStorage': (count) =>
      inStorages(() => {
        for (let i = 0; i < count; i++) storages[i % 20].run(i, fn);
      }),
    '20 variables': (count) =>
      inContext(() => {
        for (let i = 0; i < count; i++) copyContext().run(setAndCall, variables[i % 20], i);
      }),
  });
  const goal = major >= 24 ? { timesFaster: 5 } : {};
  return [
    target(
      'copyContext().run(set and call), 20 variables live',
      'als.run(value, fn), 20 storages live',
      results['20 AsyncLocalStorage'],
      results['20 variables'],
      goal,
    ),
  ];
}

function info(name, base, baseTimes, times) {
  return target(name, base, baseTimes, times, {});
}

function target(name, base, baseTimes, times, goal) {
  return { name, base, ns: times.ns, baseNs: baseTimes.ns, ratio: times.ratio, ...goal };
}

/** Keeps the work from being optimised away. */
export const used = () => sink;
