/** How a number of side effects is read from the ledger of the upstream. */
import { absent, known, type RunReadings, type Stat } from './reading.js';

export const effectCount = (
  of: (effects: NonNullable<RunReadings['effects']>) => number,
): Stat<RunReadings> & { readonly unit: 'count' } => ({
  unit: 'count',
  read: ({ effects }) => {
    if (effects === null) return [absent('no upstream kept a ledger of what it executed')];
    return [effects.calls === 0 ? absent('no call with exactly one effect was made') : known(of(effects))];
  },
});
