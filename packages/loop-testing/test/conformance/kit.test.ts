import { CoreEventLoop } from '@bight/loop-core';
import { type ConformanceOptions, conformance, conformanceCases } from '@bight/loop-testing/conformance';
import { describe, expect, test } from '@jest/globals';

type Check = () => Promise<void>;

/** What the kit registers, by name. */
function collect(options: Omit<ConformanceOptions, 'test'>): Map<string, Check> {
  const checks = new Map<string, Check>();
  conformance({ ...options, test: (name, check) => checks.set(name, check) });
  return checks;
}

const core = () => new CoreEventLoop();

test('there are 150 behaviours and more, each with a name of its own', () => {
  const cases = conformanceCases();
  const names = new Set(cases.map(({ name }) => name));
  expect(names.size).toBe(cases.length);
  const behaviours = new Set(cases.map(({ capability, title }) => `${capability}: ${title}`));
  expect(behaviours.size).toBeGreaterThanOrEqual(150);
});

test('every capability has behaviours, and every state', () => {
  const cases = conformanceCases();
  expect(new Set(cases.map(({ capability }) => capability)).size).toBe(12);
  expect(new Set(cases.map(({ state }) => state))).toEqual(
    new Set(['fresh', 'running', 'stopped', 'closed', 'debug']),
  );
});

test('only what is declared is left out, and then its methods have to refuse', () => {
  const supports = { SchedulingLoop: true } as const;
  const names = [...collect({ createLoop: core, supports }).keys()];
  expect(names).toEqual(conformanceCases(supports).map(({ name }) => name));
  expect(names.filter((name) => name.startsWith('NetLoop: ')).sort()[0]).toBe(
    'NetLoop: connectAcceptedSocket() is absent, or a NotImplementedError that names the class [fresh]',
  );
  expect(names.some((name) => name.endsWith('[debug]'))).toBe(false);
});

test('a loop fails if it has a capability that it declares missing', async () => {
  const checks = collect({ createLoop: core, supports: { SchedulingLoop: true } });
  const check = checks.get(
    'DebugLoop: getDebug() is absent, or a NotImplementedError that names the class [fresh]',
  );
  await expect(check?.()).rejects.toThrow('NotImplementedError was expected');
});

test('a loop that hangs fails, with the last step in the message', async () => {
  class NeverWoken extends CoreEventLoop {
    override callSoonThreadsafe(): never {
      return undefined as never;
    }
  }
  const loop = new NeverWoken();
  const checks = collect({
    createLoop: () => loop,
    supports: { SchedulingLoop: true },
    timeout: 0.1,
  });
  const check = checks.get(
    'SchedulingLoop: callSoon() runs callbacks in the order in which they were scheduled [running]',
  );
  await expect(check?.()).rejects.toThrow('did not end within 0.1 s');
  // The loop would keep jest's worker.
  loop.stop();
  while (loop.isRunning()) await new Promise(setImmediate);
  loop.close();
});

test('a report that no case expects fails it', async () => {
  class Complaining extends CoreEventLoop {
    override runForever(): Promise<void> {
      this.callExceptionHandler({ message: 'a complaint' });
      return super.runForever();
    }
  }
  const checks = collect({
    createLoop: () => new Complaining(),
    supports: { SchedulingLoop: true, ErrorHandlingLoop: true },
  });
  const check = checks.get('SchedulingLoop: runForever() runs until stop() is called [fresh]');
  await expect(check?.()).rejects.toThrow('a complaint');
});

test('the loop may be made by an async function', async () => {
  const checks = collect({ createLoop: async () => core(), supports: { SchedulingLoop: true } });
  await checks.get('SchedulingLoop: runForever() runs until stop() is called [fresh]')!();
});

describe('options', () => {
  const options = { test: () => {}, createLoop: core, supports: {} };

  test.each([
    ['test', { test: undefined }],
    ['createLoop', { createLoop: core() }],
    ['supports', { supports: ['NetLoop'] }],
    ['supports', { supports: { NetLop: true } }],
    ['unixDatagrams', { supports: { unixDatagrams: true } }],
    ['timeout', { timeout: 'long' }],
  ])('that are wrong are refused by name: %s', (name, wrong) => {
    expect(() => conformance({ ...options, ...wrong } as never)).toThrow(TypeError);
    expect(() => conformance({ ...options, ...wrong } as never)).toThrow(name);
  });
});
