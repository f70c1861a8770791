#!/usr/bin/env node
import { runCommandLine } from './cli/command-line.js';
import { subcommands } from './cli/subcommands.js';

// `bight ps PID | head`: the reader of the output has closed it. A client of a process disconnects first.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2), subcommands);
