import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { runCommandLine } from '../../src/cli/command-line.js';
import { refuseUsage, type Subcommand } from '../../src/cli/subcommand.js';

const calls: unknown[] = [];
const subcommands: Subcommand[] = [
  {
    usage: 'show <pid>',
    summary: 'shows it',
    options: [
      { flags: '--json', description: 'as JSON' },
      { flags: '--count <n>', description: 'how often', default: 1 },
    ],
    async run(args, options) {
      calls.push([...args, options.json === true, options.count]);
      return 0;
    },
  },
  {
    usage: 'fail [...what]',
    summary: 'fails',
    options: [],
    async run([what]) {
      if (what?.[0] === 'usage') await refuseUsage('wrong');
      throw new Error('cannot');
    },
  },
];

async function bight(...args: string[]): Promise<[number, string]> {
  let text = '';
  const status = await runCommandLine(args, subcommands, { write: (more) => (text += more) });
  return [status, text];
}

describe('the command line', () => {
  let output: ReturnType<typeof jest.spyOn>;
  beforeEach(() => {
    calls.length = 0;
    output = jest.spyOn(console, 'info').mockImplementation(() => {});
    jest.spyOn(console, 'log').mockImplementation(() => {});
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('runs a subcommand with its arguments and options', async () => {
    expect(await bight('show', '12', '--json', '--count', '3')).toEqual([0, '']);
    expect(await bight('show', '12')).toEqual([0, '']);
    expect(calls).toEqual([
      ['12', true, 3],
      ['12', false, 1],
    ]);
  });

  test.each([
    [[], /a subcommand is missing: one of show, fail/],
    [['--json'], /a subcommand is missing/],
    [['shwo', '1'], /unknown subcommand shwo: there are show, fail/],
    [['show'], /missing required args/],
    [['show', '1', '2'], /Unused args/],
    [['show', '1', '--jsno'], /Unknown option/],
    [['show', '1', '--count'], /value is missing/],
    [['fail', 'usage'], /wrong/],
  ] as const)('exits with 2 for wrong usage: %j', async (args, message) => {
    const [status, text] = await bight(...args);
    expect([status, text]).toEqual([2, expect.stringMatching(message)]);
    expect(calls).toEqual([]);
    expect(output).not.toHaveBeenCalled();
  });

  test('exits with 1 for what it cannot do', async () => {
    expect(await bight('fail')).toEqual([1, 'bight: cannot\n']);
  });

  test('shows its help', async () => {
    expect(await bight('--help')).toEqual([0, '']);
    expect(await bight('show', '--help')).toEqual([0, '']);
    expect(calls).toEqual([]);
  });
});
