import { ContextVar, copyContext, Token } from '@bight/contextvars';
import { createTask, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

const variable = new ContextVar('variable', { default: 'unset' });

export async function main(trace: Trace): Promise<void> {
  function attempt(name: string, action: () => unknown): void {
    try {
      trace(name, action());
    } catch (error) {
      trace(name, trace.kind(error));
    }
  }

  const token = variable.set('main');
  trace('old value missing', token.oldValue === Token.MISSING, token.var === variable);

  async function child(): Promise<void> {
    attempt('reset elsewhere', () => variable.reset(token));
    const own = variable.set('child');
    await sleep(0);
    trace('old value', own.oldValue);
    variable.reset(own);
    attempt('reset twice', () => variable.reset(own));
    trace('child', variable.get());
  }

  await createTask(child);
  const second = variable.set('main again');
  await sleep(0);
  variable.reset(second);
  trace('main', variable.get());
  variable.reset(token);
  trace('main', variable.get());
  const context = copyContext();
  attempt('entered twice', () => context.run(() => context.run(() => variable.get())));
  attempt('entered once', () => context.run(() => variable.get()));
  const nothing = new ContextVar<string>('nothing');
  attempt('no value', () => nothing.get());
  attempt('fallback', () => nothing.get('fallback'));
}
