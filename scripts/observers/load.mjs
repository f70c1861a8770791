// What the programs of this folder import: the packages of the working directory, and bight as it was built.
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const { resolve } = createRequire(path.resolve('x.js'));

/** A package that is installed in the working directory. */
export const load = (name) => import(pathToFileURL(resolve(name)).href);

/** Loaded when it is asked for: a profiler has to be there before. */
export const loadBight = () => import(pathToFileURL(process.env.BIGHT).href);
