/** The embedded engine as a program: flags in, one ready line out, until it is asked to end. */
import { EXIT, type ExitCode } from '../../problem/index.js';
import { onStandstill, setUpTiming } from '../../process-timing/index.js';
import { FLAGS_HELP, parseFlags } from './flags.js';
import { embeddedVersion, startEmbeddedServer } from './server.js';

/** The one line on standard output once the API answers. */
export interface ReadyLine {
  readonly ready: true;
  readonly engine: 'embedded';
  readonly port: number;
  readonly pid: number;
  readonly version: string;
  readonly seed: number;
}

/** A line on standard output after each standstill of the engine; times of the monotonic clock, decimal. */
export interface StandstillLine {
  readonly stoodStill: true;
  readonly fromNs: string;
  readonly untilNs: string;
}

/**
 * Runs the engine in this process with the real server's flags, until SIGTERM, SIGINT or, with `-parent-stdin`, the end
 * of standard input. Prints a {@link ReadyLine} as JSON.
 * @returns the exit code, once everything is closed.
 * @throws ProblemError for bad flags, a bad config file or a port that is taken; nothing is left open then.
 */
export async function runEmbeddedServer(argv: readonly string[]): Promise<ExitCode> {
  const flags = parseFlags(argv);
  if (flags.help || flags.version) {
    process.stdout.write(flags.help ? FLAGS_HELP : `plimsoll proxy ${embeddedVersion()}\n`);
    return EXIT.pass;
  }
  const endAsked = new Promise<void>((resolve) => {
    const end = (): void => resolve();
    process.once('SIGTERM', end);
    process.once('SIGINT', end);
    if (flags.parentStdin) {
      process.stdin.once('end', end);
      process.stdin.once('error', end);
      process.stdin.resume();
    }
  });
  // The reader of our output may go first; that must not decide how we end.
  process.stdout.on('error', () => undefined);
  const server = await startEmbeddedServer(flags.server);
  const { port, version, seed } = server;
  const line: ReadyLine = { ready: true, engine: 'embedded', port, pid: process.pid, version, seed };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  setUpTiming();
  if (flags.parentStdin) {
    onStandstill((fromNs, untilNs) => {
      const stood: StandstillLine = { stoodStill: true, fromNs: String(fromNs), untilNs: String(untilNs) };
      process.stdout.write(`${JSON.stringify(stood)}\n`);
    });
  }
  await endAsked;
  await server.close();
  return EXIT.pass;
}
