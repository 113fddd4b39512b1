/**
 * Child entry of the `tools` mock: `node main.js [OPTIONS_JSON] [--parent-stdin]`.
 *
 * Ends with 0 on SIGTERM or SIGINT, with 2 for bad options and 3 when the port cannot be taken (one line on stderr). With
 * `--parent-stdin` it also ends when its stdin does.
 */
import { EXIT, messageOf, ProblemError } from '../../src/problem/index.js';
import type { ToolsMockOptions } from './options.js';
import { runToolsMock } from './run.js';

const PARENT_STDIN = '--parent-stdin';

function readOptions(args: readonly string[]): Partial<ToolsMockOptions> {
  const [json, ...more] = args.filter((arg) => arg !== PARENT_STDIN);
  if (json === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (thrown) {
    throw badArguments(`its options are not JSON: ${messageOf(thrown)}`);
  }
  if (more.length > 0 || typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badArguments('it takes one JSON object of options');
  }
  return value;
}

function badArguments(what: string): ProblemError {
  return new ProblemError('bad-input', [
    {
      code: 'bad-mock-arguments',
      what: `mock server tools: ${what}`,
      remedy: `Usage: main.js '{"workers":4}' [${PARENT_STDIN}]`,
    },
  ]);
}

function tell(thrown: unknown): number {
  if (thrown instanceof ProblemError) {
    const text = thrown.problems.map((problem) => `${problem.what}: ${problem.remedy}`).join(' ');
    process.stderr.write(text.replaceAll(/\s*\n\s*/g, ' ') + '\n');
    return thrown.exitCode;
  }
  process.stderr.write(`plimsoll mock tools: internal error: ${messageOf(thrown)}\n`);
  return EXIT.bug;
}

const args = process.argv.slice(2);
try {
  await runToolsMock(readOptions(args), { endWithStdin: args.includes(PARENT_STDIN) });
  // Whatever a client or the parent still holds open must not keep a mock alive that was told to end.
  process.exit(EXIT.pass);
} catch (thrown) {
  process.exitCode = tell(thrown);
}
