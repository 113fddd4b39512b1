/** The servers over stdio of a run, kept like its services: their logs, their deaths, and which processes to watch. */
import type { RunEvent } from '../record/index.js';
import { redactForeign } from '../secrets/index.js';
import { lastWords, type WatchedProcess } from '../stack/index.js';
import type { RunContext } from './context.js';
import { deathWarning } from './death.js';

/** Of what a server wrote last. */
const TAIL_CHARACTERS = 4_096;

export class StdioServers {
  readonly #run: Pick<RunContext, 'record' | 'warn'>;
  readonly #pids = new Map<string, number>();
  readonly #tails = new Map<string, string>();

  constructor(run: Pick<RunContext, 'record' | 'warn'>) {
    this.#run = run;
  }

  running(): readonly WatchedProcess[] {
    return [...this.#pids].map(([name, pid]) => ({ name, pid, stateUrl: null }));
  }

  wrote(server: string, text: string): void {
    this.#run.record.serviceLog(server).write(text);
    // A secret that is cut is not found any more.
    const tail = redactForeign((this.#tails.get(server) ?? '') + text);
    this.#tails.set(server, tail.slice(-TAIL_CHARACTERS));
  }

  heard(event: RunEvent): void {
    if (event.type !== 'service' || event.pid === null) return;
    const { service, edge, pid, exitCode, signal } = event;
    if (edge === 'spawned') this.#pids.set(service, pid);
    if (edge !== 'exited') return;
    this.#pids.delete(service);
    if (event.unexpected !== true) return;
    const how = signal == null ? `exit code ${exitCode ?? 'unknown'}` : signal;
    const { code, what, remedy } = deathWarning(
      service,
      how,
      lastWords((this.#tails.get(service) ?? '').split(/\r?\n/)),
      this.#run.record,
    );
    this.#run.warn(code, what, remedy);
  }
}
