/** Entry of the child process that serves the embedded engine. */
import { EXIT, messageOf, ProblemError } from '../../problem/index.js';
import { runEmbeddedServer } from './run.js';

function fail(error: unknown): never {
  const lines =
    error instanceof ProblemError ? error.problems.map(({ what, remedy }) => `${what}: ${remedy}`) : [messageOf(error)];
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(error instanceof ProblemError ? error.exitCode : EXIT.bug);
}

runEmbeddedServer(process.argv.slice(2)).then((exitCode) => process.exit(exitCode), fail);
