/**
 * A probe as several processes make it, each its part of the arrivals. Shard 0 decides which probe is next; it has the
 * samples of all, on its own clock, so that a probe is judged as that of one process.
 */
import { probeSegment, type ProbeOrder, type SearchResult } from '../capacity/index.js';
import type { Search } from '../catalog/index.js';
import type { PlannedPhase } from '../plan/index.js';
import type { ProbePurpose, RunEvent, SampleColumns, SearchEnding } from '../record/index.js';
import { unreadNote } from '../shards/index.js';
import type { PhasesSetup, SharedRun } from './phases-setup.js';
import { commonStart, unlessStopped } from './shared-start.js';
import type { Spooled } from './spool-tap.js';

/** A probe that was made: when it was, what was offered, and what came of it. */
export interface MadeProbe {
  readonly startNs: number;
  readonly warmupNs: number;
  readonly scheduledEndNs: number;
  readonly drainedNs: number;
  /** Logical calls. */
  readonly offered: number;
  readonly samples: SampleColumns;
  readonly standstills: readonly RunEvent[];
}

/** How a search ended, as later phases need it. */
export interface SearchEnd {
  readonly ended: SearchEnding;
  /** What `x` means from here on; null when the search does not say. */
  readonly loadLinePerSecond: number | null;
  /** How it ended and what was seen, as text. */
  readonly seen: string;
}

export type NextStep =
  { readonly kind: 'probe'; readonly order: ProbeOrder } | { readonly kind: 'end'; readonly end: SearchEnd };

/** What one process made of a probe. */
interface Part extends Omit<MadeProbe, 'samples'> {
  readonly spool: Uint8Array;
}

/** Which probe of which search. */
export interface ProbePlace {
  readonly planned: PlannedPhase;
  readonly search: Search;
  /** From 0. */
  readonly probe: number;
}

/** Makes a probe with all processes of the run; null when it was interrupted. By the one that decides. */
export async function madeProbe(setup: PhasesSetup, place: ProbePlace, order: ProbeOrder): Promise<MadeProbe | null> {
  const { shard, tap, interrupt } = setup;
  await announceStep(setup, place, { kind: 'probe', order });
  const own = await ownPart(setup, place, order);
  if (own === null) return null;
  const { spool, ...made } = own;
  const spooled: Spooled[] = [{ bytes: spool, shiftNs: 0 }];
  let { offered, drainedNs } = made;
  const standstills = [...made.standstills];
  for (let index = 1; index < (shard?.of ?? 1); index++) {
    const name = `probed-${place.planned.index}-${place.probe}-${index}` as const;
    const heard = await unlessStopped(interrupt, async () => shard?.take(name));
    if (heard === null || interrupt.aborted) return null;
    const part = partFrom(heard) ?? unreadNote('invalid', name);
    spooled.push(part);
    offered += part.offered;
    drainedNs = Math.max(drainedNs, part.drainedNs + part.shiftNs);
    standstills.push(...part.standstills.map((each) => ({ ...each, atNs: each.atNs + part.shiftNs })));
  }
  return { ...made, offered, drainedNs, standstills, samples: tap.samplesOf(spooled) };
}

/** The other processes learn what comes next. */
export async function announceStep(
  { shard, interrupt }: PhasesSetup,
  place: ProbePlace,
  step: NextStep,
): Promise<void> {
  await unlessStopped(interrupt, async () => shard?.publish(stepName(place), step));
}

/** Makes the probes of a search that shard 0 decides; null when it was interrupted. */
export async function followSearch(
  setup: PhasesSetup,
  shard: SharedRun,
  planned: PlannedPhase,
  search: Search,
): Promise<SearchEnd | null> {
  const { interrupt } = setup;
  for (let probe = 0; ; probe++) {
    const place = { planned, search, probe };
    const name = stepName(place);
    const heard = await unlessStopped(interrupt, () => shard.receive(name));
    if (heard === null) return null;
    const step = stepFrom(heard) ?? unreadNote('invalid', name);
    if (step.kind === 'end') return step.end;
    setup.probing(`${planned.name}: probe ${probe + 1}, as shard 0 decides`);
    const own = await ownPart(setup, place, step.order);
    if (own === null) return null;
    const part = {
      ...{ offered: own.offered, drainedNs: own.drainedNs, shiftNs: shard.shiftNs },
      standstills: own.standstills.filter((each) => isSince(each, own.startNs)),
      spool: Buffer.from(own.spool).toString('base64'),
    };
    await unlessStopped(interrupt, () => shard.publish(`probed-${planned.index}-${probe}-${shard.index}`, part));
  }
}

const stepName = ({ planned, probe }: ProbePlace) => `search-${planned.index}-${probe}` as const;

/** Null when it was interrupted. */
async function ownPart(setup: PhasesSetup, place: ProbePlace, order: ProbeOrder): Promise<Part | null> {
  const { generator, tap, interrupt } = setup;
  const { planned, search, probe } = place;
  const { segment, warmupNs } = probeSegment(search, planned.index, order, probe);
  const plannedNs = await commonStart(setup, planned.index, probe);
  if (plannedNs === null) return null;
  tap.open();
  const begun = (startNs: number): void => {
    if (probe === 0) setup.begun(planned, startNs);
  };
  const ran = await generator.run(segment, warmupNs, begun, plannedNs);
  const spool = tap.close();
  if (ran.interrupted || interrupt.aborted) return null;
  const { startNs, scheduledEndNs, drainedNs, offered } = ran;
  return { startNs, warmupNs, scheduledEndNs, drainedNs, offered, standstills: setup.standstills(), spool };
}

/** Whether a standstill may have touched what began at `fromNs`. */
const isSince = (event: RunEvent, fromNs: number): boolean =>
  event.type === 'standstill' && event.atNs + event.lengthNs > fromNs;

type Fields = Readonly<Record<string, unknown>>;

const numbersIn = <Name extends string>(
  fields: Fields,
  names: readonly Name[],
): Readonly<Record<Name, number>> | null =>
  names.every((name) => Number.isFinite(fields[name])) ? (fields as Readonly<Record<Name, number>>) : null;

/** Null for what is no part of a probe. */
function partFrom(fields: Fields | undefined): (Spooled & Pick<Part, 'offered' | 'drainedNs' | 'standstills'>) | null {
  if (fields === undefined) return null;
  const numbers = numbersIn(fields, ['offered', 'drainedNs', 'shiftNs']);
  const { spool, standstills } = fields;
  if (numbers === null || typeof spool !== 'string' || !Array.isArray(standstills)) return null;
  const { offered, drainedNs, shiftNs } = numbers;
  const bytes = Buffer.from(spool, 'base64');
  return { offered, drainedNs, shiftNs, bytes, standstills: standstills as readonly RunEvent[] };
}

/** Null for what is no step of a search. */
function stepFrom({ kind, order, end }: Fields): NextStep | null {
  if (kind === 'probe' && typeof order === 'object' && order !== null) {
    const { purpose, ...rest } = order as Fields;
    const numbers = numbersIn(rest, ['ratePerSecond', 'steps']);
    if (numbers === null || typeof purpose !== 'string') return null;
    const { ratePerSecond, steps } = numbers;
    return { kind, order: { ratePerSecond, steps, purpose: purpose as ProbePurpose } };
  }
  if (kind !== 'end' || typeof end !== 'object' || end === null) return null;
  const { ended, loadLinePerSecond, seen } = end as Fields;
  const isRate = loadLinePerSecond === null || Number.isFinite(loadLinePerSecond);
  if (typeof ended !== 'string' || typeof seen !== 'string' || !isRate) return null;
  return {
    kind,
    end: { ended: ended as SearchResult['ended'], seen, loadLinePerSecond: loadLinePerSecond as number | null },
  };
}
