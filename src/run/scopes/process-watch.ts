import { listenersOn } from '../../platform/index.js';
import { isLoopback, type Scenario } from '../../scenario/index.js';
import type { Scope } from '../../scopes/index.js';
import { sampleProcess, type RunningStack, type WatchedProcess } from '../../stack/index.js';
import type { FaultEngine } from '../../toxiproxy/index.js';
import type { RunContext } from '../context.js';
import type { StartedLoadThreads } from './generator.js';

interface Needs {
  readonly run: RunContext;
  readonly stack: RunningStack;
  readonly engine: FaultEngine | null;
  readonly threads: Pick<StartedLoadThreads, 'servers'>;
}

/**
 * The servers under test, where they are processes of this machine that the run did not start: what listens where the
 * calls go, also behind a link, and what the scenario has watched.
 */
async function foreignServers({ target, services }: RunningStack, { stack }: Scenario): Promise<readonly number[]> {
  const direct = stack.target.kind === 'url' && target.kind === 'http' ? [target.url] : [];
  const urls = [...direct, ...services.filter(({ kind }) => kind === 'url').map(({ url }) => url)].map(
    (url) => new URL(url),
  );
  const ports = urls.filter(({ hostname }) => isLoopback(hostname)).map(({ port }) => Number(port || 80));
  const listeners = await Promise.all(ports.map(listenersOn));
  const named = services.flatMap(({ watched }) => (watched === undefined || watched.pid === 0 ? [] : [watched.pid]));
  return [...new Set([...listeners.flat(), ...named])];
}

interface ProcessWatch {
  stop(): Promise<void>;
}

/**
 * Polls the resources of every process of the run once a second; which there are is asked anew each time. And the
 * machine: what others take of it.
 */
export const processWatch: Scope<Needs, ProcessWatch> = {
  name: 'watching processes',
  start: async ({ run: { nowNs, record, machine, scenario, request }, stack, engine, threads }) => {
    const processes = (): readonly WatchedProcess[] => [
      { name: 'plimsoll', pid: process.pid, stateUrl: null },
      ...stack.processes(),
      ...threads.servers(),
      ...(engine?.pid == null ? [] : [{ name: 'fault-engine', pid: engine.pid, stateUrl: null }]),
    ];
    const watch = machine.watch([
      process.pid,
      ...(request.shard?.others ?? []),
      ...(await foreignServers(stack, scenario)),
    ]);
    let polling: Promise<void> = Promise.resolve();
    const poll = (): void => {
      const atNs = nowNs();
      polling = Promise.all([watch.poll(atNs), ...processes().map((each) => sampleProcess(each, atNs))]).then(
        ([ofMachine, ...rows]) => {
          if (ofMachine !== null) record.rows('machine', [ofMachine]);
          record.rows('resources', rows);
        },
      );
    };
    poll();
    const timer = setInterval(poll, 1_000);
    let ended: Promise<void> | null = null;
    const end = async (): Promise<void> => {
      clearInterval(timer);
      await polling;
      // The last second belongs to the run as well.
      poll();
      await polling;
    };
    return { stop: () => (ended ??= end()) };
  },
  collect: (watch) => watch.stop(),
  stop: { withinMs: 5_000, act: (watch) => watch.stop() },
};
