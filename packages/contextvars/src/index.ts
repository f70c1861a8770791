export { Context, copyContext } from './context.js';
export { ContextVar } from './context-var.js';
export { hasAsyncContext } from './platforms/current.js';
export { KeyError, LookupError, RuntimeError, ValueError } from './shared/errors.js';
export { Token } from './token.js';
