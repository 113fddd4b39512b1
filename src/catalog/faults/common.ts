/** What every fault says: its id, its phase, when it is in force, and where; and what every descriptor must hold. */
import type { z } from 'zod';
import { duration, durationOrZero, label, literal, map, name, type CheckReport, type Path } from '../grammar/index.js';

/** One for all: to build these for each of thirty kinds took a tenth of the time in which a scenario is read. */
const ONSET = {
  id: name('latency-upstream').describe('Unique; gates refer to it. Default: the type and the place.').optional(),
  phase: label('fault').describe('The phase it falls into.'),
  at: durationOrZero('s', '5s').describe('From the start of the phase.'),
};
const FOR = duration('s', '5s').describe('How long it lasts.');
const place = (where: string, example: string) => ({ on: name(example).describe(where) });

/** Keys of a fault that is lifted `for` after it was set. */
export const when = (where: string, example: string) => ({
  ...ONSET,
  for: FOR,
  ...place(where, example),
});

/** Keys of a fault that may last to the end of the run. */
export const whenMaybeForEver = (where: string, example: string) => ({
  ...ONSET,
  for: duration('s', '5s').describe('How long it lasts. Left out: to the end of the run.').optional(),
  ...place(where, example),
});

/** The text form of a fault. @param summary one sentence for editors and the documentation. */
export const faultSchema = <const T extends string, C extends z.core.$ZodLooseShape, F extends z.core.$ZodLooseShape>(
  type: T,
  summary: string,
  common: C,
  fields: F,
) => map({ ...common, type: literal(type).describe(summary), ...fields }).meta({ title: type, description: summary });

/** A server announces its Retry-After in whole seconds. */
export function checkRetryAfter(report: CheckReport, path: Path, ns = 0): void {
  if (ns % 1e9 === 0) return;
  const remedy = `write ${Math.ceil(ns / 1e9)}s`;
  report.error(path, 'bad-quantity', { what: 'Retry-After counts whole seconds', remedy });
}

/** What the analysis must know of a kind of fault. */
export interface FaultConsequences {
  /** Whether it ends sessions, or the connections or the process they are on. */
  readonly endsSessions: boolean;
}

/** A list of descriptors, each under the type that its own schema demands. */
export function keyedByType<
  const L extends { readonly [K in keyof L]: { readonly schema: z.ZodType<{ readonly type: K }> } },
>(list: L): L {
  return list;
}
