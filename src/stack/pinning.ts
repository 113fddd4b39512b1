/** `cpus:` the CPUs that a service may run on. */
import { CAN_PIN, cpuCount, givenCpus, pinnedCommand, PLATFORM } from '../platform/index.js';
import { ProblemError } from '../problem/index.js';
import type { Scenario, Service } from '../scenario/index.js';

/** What CPUs a service is held to, like `0,1`; null: it runs where it likes. */
export function cpusOf(service: Service, { generator }: Pick<Scenario, 'generator'>): string | null {
  const own = 'cpus' in service ? service.cpus : undefined;
  if (own !== undefined) return own.join(',');
  // It would inherit those of the generator.
  return generator.cpus === undefined ? null : givenCpus();
}

/**
 * The command, held to these CPUs.
 * @throws ProblemError (`preflight`) where that can't be done: measured without, it would be another number.
 */
export function onCpus(
  what: string,
  command: readonly [string, ...string[]],
  list: string | null,
): readonly [string, ...string[]] {
  if (list === null) return command;
  requireCpus(what, list);
  return pinnedCommand(command, list);
}

/** @throws ProblemError (`preflight`) for CPUs that are not here, or a system that can't hold a process to any. */
export function requireCpus(what: string, list: string): void {
  if (!CAN_PIN)
    throw new ProblemError('preflight', {
      code: 'cpus-unsupported',
      what: `${what} is to run on CPU ${list}, and ${PLATFORM} can't hold a process to CPUs`,
      remedy: 'run it on Linux, or delete "cpus"',
    });
  const [last = 0] = [...list.matchAll(/\d+/g)].map(Number).sort((a, b) => b - a);
  if (last >= cpuCount())
    throw new ProblemError('preflight', {
      code: 'no-such-cpu',
      what: `${what} is to run on CPU ${list}, and this machine has ${cpuCount()}, counted from 0`,
      remedy: 'name CPUs that it has, or delete "cpus"',
    });
}
