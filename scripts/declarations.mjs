// Builds the packages with their declarations, and checks these: that they compile without our settings, and that the
// public API is that of the reports in etc/. Closes with a line `N passed, N failed`.
import { runChecksOfDeclarations } from './check.mjs';
import { runScript } from './run.mjs';

process.exitCode = await runChecksOfDeclarations(runScript('scripts/build.mjs', []) === 0);
