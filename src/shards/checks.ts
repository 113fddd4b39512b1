/** Whether a plan can be shared by so many shards. Pure. */
import { counted } from '../format/index.js';
import { callsOf, planOf, type Plan } from '../plan/index.js';
import { ProblemError, type Problem } from '../problem/index.js';
import type { ShardName } from './name.js';

/** The first probes of a search are half a step long. */
const SHORTEST_PROBE_STEPS = 0.5;

/** The plan where each search finds the lowest load line that it can: no phase behind it has fewer arrivals. */
function atLowestLoadLine({ scenario }: Plan): Plan {
  const lowest = scenario.phases.flatMap(({ load }, index): readonly [number, number][] =>
    load.kind === 'search' ? [[index, load.between.lowPerSecond]] : [],
  );
  return planOf(scenario, new Map(lowest));
}

/** @throws ProblemError (`bad-input`) with everything that is against it. */
export function checkShards(plan: Plan, { of }: ShardName): void {
  const { scenario } = plan;
  const { workers, maxInFlight } = scenario.generator;
  const { sessions } = scenario.protocol;
  const threads = of * workers;
  const problems: Problem[] = [];
  const against = (what: string, remedy: string): void => void problems.push({ code: 'shards', what, remedy });
  const each = workers === 1 ? '' : ` with ${counted(workers, 'load worker')} each`;
  if (sessions < threads)
    against(
      `${counted(of, 'shard')}${each} can't share ${counted(sessions, 'session')}: each load worker needs one`,
      `set protocol.sessions to ${threads} or more, or use fewer shards`,
    );
  if (maxInFlight < threads)
    against(
      `${counted(of, 'shard')}${each} can't share ${counted(maxInFlight, 'attempt')} in flight`,
      `set generator.max-in-flight to ${threads} or more, or use fewer shards`,
    );
  if (scenario.stack.spans !== undefined)
    against(
      'the scenario receives spans of its servers, and one process must do that: it joins them with the calls it made',
      'take "spans" out of the stack, or run it with one process',
    );
  for (const { name, phase, segment } of atLowestLoadLine(plan).phases) {
    const { load } = phase;
    const arrivals =
      load.kind === 'search'
        ? (load.between.lowPerSecond * load.stepNs * SHORTEST_PROBE_STEPS) / 1e9
        : segment?.loop === 'open'
          ? callsOf(segment)
          : Infinity;
    if (arrivals < threads)
      against(
        `phase "${name}" has ${counted(Math.round(arrivals), 'arrival')}` +
          `${load.kind === 'search' ? ' in its shortest probe' : ''} for ${counted(threads, 'load worker')}`,
        'use fewer shards, or give the phase a higher rate or more time',
      );
  }
  if (problems.length > 0) throw new ProblemError('bad-input', problems);
}
