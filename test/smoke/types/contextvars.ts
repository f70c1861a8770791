// Context variables where Node's types are not: compiled by each TypeScript, never run.
import { ContextVar, copyContext } from '@bight/contextvars';
import { HAMT } from '@bight/contextvars/hamt';
import { hasAsyncContext } from '@bight/contextvars/low-level';

const user = new ContextVar('user', { default: 'guest' });
export const context = copyContext();
export const name: string = context.run(() => user.get());
// @ts-expect-error: it is a string.
export const count: number = user.get();
export const isCarried: boolean = hasAsyncContext;
export const map: ReadonlyMap<string, number> = new HAMT<string, number>();
