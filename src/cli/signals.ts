/**
 * Ctrl-C, SIGTERM, and SIGHUP of a terminal or connection that is closed:
 * once is a request to stop and write everything, twice is at once.
 */
import { EXIT, type ExitCode } from '../problem/index.js';
import { isIgnored } from '../processes/index.js';

export interface Interruption {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** The exit code the signals call for; null while there was none. */
  exitCode(): ExitCode | null;
  /** What must happen even when there is no time: called on the second signal, given two seconds. */
  readonly onEmergency: (act: () => Promise<void>) => void;
  /** Stops listening. */
  dispose(): void;
}

const EMERGENCY_MS = 2_000;

export function listenForInterruption(notify: (text: string) => void): Interruption {
  const controller = new AbortController();
  const emergencies: (() => Promise<void>)[] = [];
  let exitCode: ExitCode | null = null;
  const on = (name: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void => {
    if (exitCode === null) {
      exitCode = name === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
      notify('stopping: sending ends, faults are removed, and the record is written (press again to stop at once)');
      controller.abort(name);
      return;
    }
    const code = exitCode;
    const timer = setTimeout(() => process.exit(code), EMERGENCY_MS);
    void Promise.allSettled(emergencies.map((act) => act())).then(() => {
      clearTimeout(timer);
      process.exit(code);
    });
  };
  const listeners = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    // What was started with nohup is to outlive its terminal; listening would take that away.
    .filter((name) => name !== 'SIGHUP' || !isIgnored(name))
    .map((name) => [name, (): void => on(name)] as const);
  for (const [name, listener] of listeners) process.on(name, listener);
  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    onEmergency: (act) => emergencies.push(act),
    dispose: () => {
      for (const [name, listener] of listeners) process.off(name, listener);
    },
  };
}
