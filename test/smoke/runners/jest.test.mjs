import { test } from '@jest/globals';
import { define } from './body.mjs';

define(test, { runner: 'jest', command: /npx jest/ });
