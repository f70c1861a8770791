// The imports of the programs in this folder: the packages of the working directory, and the built bight.
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const { resolve } = createRequire(path.resolve('x.js'));

/** A package that is installed in the working directory. */
export const load = (name) => import(pathToFileURL(resolve(name)).href);

/** Imports bight; a profiler has to be loaded before. */
export const loadBight = () => import(pathToFileURL(process.env.BIGHT).href);
