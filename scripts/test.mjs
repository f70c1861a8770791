// `npm test`: every check on a fresh clone, with samples of the exhaustive tests; with `--all` (as in `pnpm test:all`)
// in full. With further arguments it runs only jest, with those arguments.
import { runChecks } from './check.mjs';
import { prepare } from './prepare.mjs';

const isAll = process.argv.includes('--all');
const built = await prepare({ types: isAll });
const jestArguments = process.argv.slice(2).filter((argument) => argument !== '--all');
if (isAll) process.env.BIGHT_TEST_EXTENT = 'all';
process.exitCode = await runChecks(jestArguments, { built, isWhole: isAll });
