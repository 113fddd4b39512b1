import { givenCpus, pinOurselves } from '../../platform/index.js';
import { messageOf, ProblemError } from '../../problem/index.js';
import type { Scope } from '../../scopes/index.js';
import { requireCpus } from '../../stack/index.js';
import type { RunContext } from '../context.js';

/** The load generator on the CPUs that the scenario names, with all threads that it starts from now on. */
export const pinning: Scope<RunContext, boolean> = {
  name: 'giving the CPUs back',
  start: async ({ scenario: { generator } }) => {
    if (generator.cpus === undefined) return false;
    const list = generator.cpus.join(',');
    requireCpus('the load generator', list);
    try {
      await pinOurselves(list);
    } catch (thrown) {
      throw new ProblemError('preflight', {
        code: 'not-pinned',
        what: `the load generator can't be held to CPU ${list}: ${messageOf(thrown)}`,
        remedy: 'install taskset (util-linux), name CPUs that this process may use, or delete "cpus"',
      });
    }
    return true;
  },
  collect: null,
  stop: {
    withinMs: 5_000,
    act: async (isPinned) => {
      const given = givenCpus();
      if (isPinned && given !== null) await pinOurselves(given);
    },
  },
};
