/**
 * A test environment of Jest in which every test has a context of its own.
 *
 * @packageDocumentation
 */

export {
  type JestEnvironment,
  type JestEnvironmentClass,
  type JestEvent,
  type JestFunction,
  withContexts,
} from './contexts/jest-environment.js';
