/** Whether a plan can be shared by so many shards. Pure. */
import { counted } from '../format/index.js';
import { callsOf, type Plan } from '../plan/index.js';
import { ProblemError, type Problem } from '../problem/index.js';
import type { ShardName } from './name.js';

/** @throws ProblemError (`bad-input`) with everything that is against it. */
export function checkShards(plan: Plan, { of }: ShardName): void {
  const { scenario, phases } = plan;
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
  for (const { name, phase, segment } of phases) {
    if (phase.load.kind === 'search')
      against(
        `phase "${name}" searches for a capacity, and one process must do that: it decides by all calls together`,
        'search with one process (generator.workers adds threads), and run its load line with shards',
      );
    else if (segment === null)
      against(
        `the rate of phase "${name}" is a multiple of a load line that is not known`,
        'write it as calls a second',
      );
    else if (segment.loop === 'open' && callsOf(segment) < threads)
      against(
        `phase "${name}" has ${counted(Math.round(callsOf(segment)), 'arrival')} for ` +
          counted(threads, 'load worker'),
        'use fewer shards, or give the phase a higher rate or more time',
      );
  }
  if (problems.length > 0) throw new ProblemError('bad-input', problems);
}
