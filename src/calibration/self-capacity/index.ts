/**
 * Self-capacity: whether this machine can offer what a plan asks of it, known before the plan is run.
 *
 * Owns when it is measured, how long that counts, where it is kept, and the warning. Does not own measuring
 * (`calibration/self-load`). `plimsoll doctor` climbs the whole ladder and keeps the result for a week, on a disturbed
 * machine for an hour, and then only where no result of the quiet machine is kept. A run reads that first. Where none
 * kept answers it, a run that asks for 1 000 calls/s or more tries its own highest rate, once, for about two
 * seconds.
 */
import type { Fact } from '../../envelope/index.js';
import { rate } from '../../format/index.js';
import { measureSelfLoad, type SelfLoad } from '../self-load/index.js';
import type { Needs } from '../../plan/index.js';
import { whatIsKnown } from './decide.js';
import { agoWords, keep, keptPath, readKept, type KeptCapacity, type MeasuredSetup } from './cache.js';

export { isWorthTrying } from './decide.js';

export interface SelfCapacityRequest extends MeasuredSetup {
  readonly needs: Needs;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly abort: AbortSignal;
  /** Others take CPU time of this machine now. */
  readonly disturbed: boolean;
  /** The machine is about to be tried. */
  readonly onTry: () => void;
}

/** For the envelope, and the words to warn with when the plan asks for more. */
export interface SelfCapacity {
  readonly perSecond: Fact<number>;
  readonly measuredUtc: Fact<string>;
  readonly warning: { readonly what: string; readonly remedy: string } | null;
}

const REMEDY =
  'lower the rates, give the generator CPUs of its own, or end other work and let "plimsoll doctor" measure this ' +
  'machine again';

/** Rejects only with the signal's reason, when it is aborted. */
export async function selfCapacityOf(request: SelfCapacityRequest): Promise<SelfCapacity> {
  const { needs } = request;
  const path = await keptPath(request, request.environment);
  const kept = await readKept(path, Date.now());
  const known = whatIsKnown(kept, needs.ratePerSecond);
  switch (known.kind) {
    case 'enough':
      return { ...factsOf(known.kept), warning: null };
    case 'too-little':
      return {
        ...factsOf(known.kept),
        warning: overSelfCapacity(needs, `${heldWords(known.kept)}, as measured ${agoWords(known.kept)}`),
      };
    case 'unknown':
      return { ...unknown(known.reason), warning: null };
    case 'try':
      request.onTry();
      return tried(known.ratePerSecond, path, kept, request);
  }
}

async function tried(
  ratePerSecond: number,
  path: string,
  kept: KeptCapacity | null,
  { needs, pacing, workers, abort, disturbed }: SelfCapacityRequest,
): Promise<SelfCapacity> {
  let measured: SelfLoad;
  try {
    measured = await measureSelfLoad({ ratesPerSecond: [ratePerSecond], pacing, workers, abort });
  } catch (thrown) {
    if (abort.aborted) throw thrown;
    return { ...unknown('it could not be measured: plimsoll doctor reports why'), warning: null };
  }
  const measuredUtc = new Date().toISOString();
  if (measured.capacityPerSecond !== null) {
    // What did not hold just now is not kept: the next run may find a quieter machine.
    await keep(path, { heldPerSecond: ratePerSecond, notHeldPerSecond: null, measuredUtc, disturbed });
    return { perSecond: { value: ratePerSecond }, measuredUtc: { value: measuredUtc }, warning: null };
  }
  const less = `less than ${rate(ratePerSecond)}, which was tried just before the run and not held`;
  return {
    ...(kept === null ? unknown(less) : factsOf(kept)),
    warning: overSelfCapacity(needs, `tried just before, this machine did not hold ${rate(ratePerSecond)}`),
  };
}

/** Keeps what the doctor measured. The reason when that failed; null when it did not, or when nothing was tried. */
export async function keepSelfLoad(
  { steps, capacityPerSecond, stoppedBy }: SelfLoad,
  setup: MeasuredSetup & Pick<SelfCapacityRequest, 'environment' | 'disturbed'>,
): Promise<string | null> {
  const last = steps.at(-1);
  if (last === undefined) return null;
  const notHeldPerSecond = stoppedBy === null ? null : last.ratePerSecond;
  return keep(await keptPath(setup, setup.environment), {
    heldPerSecond: capacityPerSecond,
    notHeldPerSecond,
    measuredUtc: new Date().toISOString(),
    disturbed: setup.disturbed,
  });
}

function factsOf(kept: KeptCapacity): Pick<SelfCapacity, 'perSecond' | 'measuredUtc'> {
  const perSecond =
    kept.heldPerSecond === null ? { value: null, reason: heldWords(kept) } : { value: kept.heldPerSecond };
  return { perSecond, measuredUtc: { value: kept.measuredUtc } };
}

function unknown(reason: string): Pick<SelfCapacity, 'perSecond' | 'measuredUtc'> {
  return { perSecond: { value: null, reason }, measuredUtc: { value: null, reason } };
}

function heldWords({ heldPerSecond, notHeldPerSecond, disturbed }: KeptCapacity): string {
  const machine = disturbed ? 'this machine, busy with other work,' : 'this machine';
  if (heldPerSecond === null) return `${machine} does not hold ${rate(notHeldPerSecond ?? 0)}`;
  const limit = notHeldPerSecond === null ? '' : ` and not ${rate(notHeldPerSecond)}`;
  return `${machine} holds ${rate(heldPerSecond)}${limit}`;
}

/** The warning of a plan that asks for more than the machine is known to offer. */
export function overSelfCapacity({ ratePerSecond }: Needs, seen: string): SelfCapacity['warning'] {
  const asked = `the scenario asks for up to ${rate(ratePerSecond ?? 0)}`;
  return { what: `${asked}, and ${seen}, with a schedule lag p99 under 1 ms: calls may leave late`, remedy: REMEDY };
}
