import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { withWholePackages } from '../scripts/whole-packages.mjs';
import { repository } from './support/workspace.js';

test('a built file imports from one file of each package', () => {
  const text = `import {
  Future,
  Task as OwnTask
} from "@bight/loop-core/low-level";
import { Future as Shown, Task } from "@bight/loop-core";
export { AbstractServer } from "@bight/loop-abstract";
`;
  expect(withWholePackages(text)).toBe(`import {
  Future$low_level as Future,
  Task$low_level as OwnTask
} from "@bight/loop-core/whole";
import { Future as Shown, Task } from "@bight/loop-core/whole";
export { AbstractServer } from "@bight/loop-abstract/whole";
`);
});

test('imports with effects, of separate files, or of everything stay', () => {
  const text = `import "@bight/loop-net/native";
import { BaseSelector } from "@bight/loop-net/native";
import { AF_INET } from "@bight/loop-net/constants";
import * as abstract from "@bight/loop-abstract";
import { run } from "@bight/loop-testing";
import { Redis } from "ioredis";
const later = () => import("@bight/loop-core");
`;
  expect(withWholePackages(text)).toBe(text);
});

test('each form of import that Node has finds that file', () => {
  const exportsOf = (folder: string) =>
    JSON.parse(readFileSync(path.join(repository, 'packages', folder, 'package.json'), 'utf8'));
  for (const folder of [
    'contextvars',
    'executors',
    'interop',
    'loop-abstract',
    'loop-core',
    'loop-net',
    'sockets',
  ]) {
    const { exports, publishConfig } = exportsOf(folder);
    const expected = JSON.parse(JSON.stringify(publishConfig.exports['.']).replaceAll('/index.', '/whole.'));
    expect(exports['./whole']).toEqual(expected);
    expect(publishConfig.exports['./whole']).toEqual(expected);
  }
});
