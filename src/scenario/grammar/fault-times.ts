/** What every fault says: its id, its phase, when it comes and how long it stays, and where it strikes. */
import { duration, durationOrZero, label, name } from '../../catalog/index.js';

const onset = () => ({
  id: name('latency-upstream').describe('Unique; gates refer to it. Default: the type and the place.').optional(),
  phase: label('fault').describe('The phase it falls into.'),
  at: durationOrZero('s', '5s').describe('From the start of the phase.'),
});
const place = (where: string, example: string) => ({ on: name(example).describe(where) });

/** A fault that is lifted `for` after it was set. */
export const when = (where: string, example: string) => ({
  ...onset(),
  for: duration('s', '5s').describe('How long it lasts.'),
  ...place(where, example),
});

/** A fault that may stay to the end of the run. */
export const whenMaybeForEver = (where: string, example: string) => ({
  ...onset(),
  for: duration('s', '5s').describe('How long it lasts. Left out: to the end of the run.').optional(),
  ...place(where, example),
});
