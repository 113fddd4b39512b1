/** Entry of the child process that serves the embedded engine. */
import { EXIT, messageOf, ProblemError } from '../../problem/index.js';
import { runEmbeddedServer } from './run.js';

try {
  process.exit(await runEmbeddedServer(process.argv.slice(2)));
} catch (error) {
  const lines =
    error instanceof ProblemError ? error.problems.map(({ what, remedy }) => `${what}: ${remedy}`) : [messageOf(error)];
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(error instanceof ProblemError ? error.exitCode : EXIT.bug);
}
