import test from 'node:test';
import { define } from './body.mjs';

define(test, { runner: 'node:test', command: /node --test/ });
