/**
 * Child entry of a mock: `node main.js [OPTIONS_JSON] [--parent-stdin] [--ledger-fd N]`.
 *
 * Ends with 0 on SIGTERM or SIGINT, with 2 for bad options and 3 when the port cannot be taken (one line on stderr).
 * With `--parent-stdin` it also ends when its stdin does; with `--ledger-fd` a mock that has effects writes each to
 * that open file.
 */
import { EXIT, messageOf, ProblemError } from '../../src/problem/index.js';
import { isObject } from '../../src/protocol/index.js';
import type { MockHost } from './host.js';
import { serveUntilSignalled, type ListeningMock } from './run.js';

const PARENT_STDIN = '--parent-stdin';
const LEDGER_FD = '--ledger-fd';

/** Runs the process of mock `name`; `example` are options as a user could write them. Ends the process. */
export async function mockProcess(
  name: string,
  example: string,
  start: (options: object, host: MockHost) => Promise<ListeningMock>,
): Promise<void> {
  const args = process.argv.slice(2);
  try {
    const ledgerFd = takeLedgerFd(name, args);
    await serveUntilSignalled(await start(readOptions(name, example, args), { ledgerFd, alone: true }), {
      endWithStdin: args.includes(PARENT_STDIN),
    });
    // Whatever a client or the parent still holds open must not keep a mock alive that is to end.
    process.exit(EXIT.pass);
  } catch (thrown) {
    process.exitCode = printFailure(name, thrown);
  }
}

/** Takes `--ledger-fd N` out of the arguments. */
function takeLedgerFd(name: string, args: string[]): number | null {
  const at = args.indexOf(LEDGER_FD);
  if (at < 0) return null;
  const [, text = ''] = args.splice(at, 2);
  if (/^[0-9]{1,4}$/.test(text)) return Number(text);
  throw badArguments(`${name}: ${LEDGER_FD} takes the number of an open file`, `OPTIONS ${LEDGER_FD} 3`);
}

function badArguments(what: string, usage: string): ProblemError {
  const remedy = `usage: main.js ${usage}`;
  return new ProblemError('bad-input', { code: 'bad-mock-arguments', what: `mock server ${what}`, remedy });
}

function readOptions(name: string, example: string, args: readonly string[]): object {
  const [json, ...more] = args.filter((arg) => arg !== PARENT_STDIN);
  const bad = (what: string): ProblemError => badArguments(`${name}: ${what}`, `'${example}' [${PARENT_STDIN}]`);
  if (json === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (thrown) {
    throw bad(`its options are not JSON: ${messageOf(thrown)}`);
  }
  if (more.length > 0 || !isObject(value)) throw bad('it takes one JSON object of options');
  return value;
}

function printFailure(name: string, thrown: unknown): number {
  if (thrown instanceof ProblemError) {
    const text = thrown.problems.map((problem) => `${problem.what}: ${problem.remedy}`).join('; ');
    process.stderr.write(text.replaceAll(/\s*\n\s*/g, ' ') + '\n');
    return thrown.exitCode;
  }
  process.stderr.write(`plimsoll mock ${name}: internal error: ${messageOf(thrown)}\n`);
  return EXIT.bug;
}
