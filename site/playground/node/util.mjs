export * from 'unenv/runtime/node/util/index';

// The system's errors have names and numbers, and no system that raises them.
export const getSystemErrorMap = () => new Map();
