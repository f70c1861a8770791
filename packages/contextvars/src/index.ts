export { Context, copyContext } from './context.js';
export { ContextVar } from './context-var.js';
export { KeyError, LookupError, RuntimeError, ValueError } from './errors.js';
export { Token } from './token.js';
