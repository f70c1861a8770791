export * from 'unenv/runtime/node/util/index';

// The names and numbers of the system's errors, which no system raises here.
export const getSystemErrorMap = () => new Map();
