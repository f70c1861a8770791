import { test } from 'vitest';
import { define } from './body.mjs';

define(test, { runner: 'vitest', command: /npx vitest run/ });
