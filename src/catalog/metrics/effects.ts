/** The metrics of side effects: numbers out of the ledger of the upstream. */
import type { Metric } from './metric.js';
import { absent, known, type Reading, type RunReadings } from './reading.js';

function effectCount(counted: 'duplicates' | 'lost' | 'orphans', definition: string) {
  const read = ({ effects }: RunReadings): readonly Reading[] => {
    if (effects === null) return [absent('no upstream kept a ledger of what it executed')];
    return [
      effects.calls === 0 ? absent('no call that must have exactly one effect was made') : known(effects[counted]),
    ];
  };
  return {
    definition,
    source: "end-to-end exactly-once accounting against the upstream's ledger",
    better: 'lower',
    usual: 'count',
    comparison: { group: 'correctness', shows: counted === 'orphans' ? [] : ['count'] },
    dependsOnLoop: false,
    dependsOnLength: false,
    needs: ['effects'],
    per: 'run',
    stats: { count: { unit: 'count', change: 'difference', read } },
    stretch: null,
  } as const satisfies Metric;
}

export const duplicates = effectCount(
  'duplicates',
  'Executions beyond the first of calls that must have exactly one effect.',
);
export const lost = effectCount('lost', 'Calls that were acknowledged and never executed.');
export const orphans = effectCount('orphans', 'Calls that were executed while their caller saw a failure.');
