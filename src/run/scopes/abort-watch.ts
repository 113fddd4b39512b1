import type { PlannedPhase } from '../../plan/index.js';
import { traitsOf } from '../../catalog/index.js';
import type { RunEvent } from '../../record/index.js';
import type { Scope } from '../../scopes/index.js';
import { AbortWatch } from '../abort-rules.js';
import type { RunContext } from '../context.js';
import type { RunningLoad, StartedLoadThreads } from './generator.js';

const EVERY_MS = 250;

export interface RunningAbortWatch {
  /** A phase begins. A search goes beyond what the target holds on purpose, and is not watched. */
  phase(phase: PlannedPhase): void;
  /** Faults make calls fail on purpose: nothing is judged while one is on. */
  event(event: RunEvent): void;
  stop(): void;
}

const NOTHING: RunningAbortWatch = { phase: () => undefined, event: () => undefined, stop: () => undefined };

/** Ends the run early when one of the scenario's `abort-on` rules holds. */
export const abortWatch: Scope<
  { readonly run: RunContext } & Pick<RunningLoad, 'generator'> & Pick<StartedLoadThreads, 'lagP99Ns'>,
  RunningAbortWatch
> = {
  name: 'watching for a hopeless run',
  start: ({ run, generator, lagP99Ns }) => {
    const rules = run.scenario.abortOn;
    if (rules === null) return Promise.resolve(NOTHING);
    const watch = new AbortWatch(rules);
    const faults = new Set<string>();
    let isWatched = false;
    const timer = setInterval(() => {
      if (!isWatched || faults.size > 0 || run.interrupt.aborted) return;
      const { offered, completed, ok, inFlight } = generator.live();
      const reading = { atNs: run.nowNs(), offered, completed, ok, inFlight, lagP99Ns: lagP99Ns() };
      const end = watch.read(reading);
      if (end !== null) run.endEarly(end);
    }, EVERY_MS);
    return Promise.resolve({
      phase: ({ regime }) => {
        faults.clear();
        watch.restart();
        isWatched = !traitsOf(regime).searches;
      },
      event: (event) => {
        if (event.type !== 'fault') return;
        if (event.edge === 'on') faults.add(event.fault);
        else faults.delete(event.fault);
        watch.restart();
      },
      stop: () => clearInterval(timer),
    });
  },
  collect: (watch) => Promise.resolve(watch.stop()),
  stop: { withinMs: 1_000, act: (watch) => Promise.resolve(watch.stop()) },
};
