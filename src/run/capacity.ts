/** Runs a capacity phase: probes until the search is over, each judged by its own samples before the next. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CapacitySearch, coolDownNs, judgeProbe, type ProbeOrder, type SearchResult } from '../capacity/index.js';
import type { Search } from '../catalog/index.js';
import { NS_PER_MS, clockFrom } from '../clock/index.js';
import { counted, rate } from '../format/index.js';
import type { PlannedPhase } from '../plan/index.js';
import type { ProbeEvent } from '../record/index.js';
import type { PhasesSetup } from './phases-setup.js';
import { announceStep, followSearch, madeProbe, type ProbePlace, type SearchEnd } from './shared-probe.js';

/** What became of a search. */
export interface SearchedPhase extends SearchEnd {
  readonly phase: string;
}

/**
 * Searches between the rates of a phase. Each probe and the end become events; `load-line` only where a rate passed and
 * the search was not cut short by the generator or an interruption, and nothing was taken away: half a search is a
 * lower bound of unknown distance, and half a stack another stack. Of several processes the first decides.
 */
export async function searchPhase(setup: PhasesSetup, planned: PlannedPhase, search: Search): Promise<SearchedPhase> {
  const { shard } = setup;
  if (shard !== null && shard.index > 0) {
    const end = await followSearch(setup, shard, planned, search);
    const stopped = { ended: 'interrupted', loadLinePerSecond: null, seen: 'this process was stopped' } as const;
    return { phase: planned.name, ...(end ?? stopped) };
  }
  const { loss } = search;
  const probe = () => probeAll(setup, planned, search);
  return loss === null ? probe() : withoutServices(setup, planned.name, loss.services, probe);
}

/** Does something while services are gone. They are brought back whatever happens, unless the run is being stopped. */
async function withoutServices<T>(
  setup: Pick<PhasesSetup, 'stack' | 'interrupt'>,
  phase: string,
  [service, ...others]: readonly string[],
  act: () => Promise<T>,
): Promise<T> {
  if (service === undefined) return act();
  const control = setup.stack.controls.get(service);
  if (control === undefined)
    throw new Error(`phase "${phase}" passed the checks with a service "${service}" that can't be taken away`);
  await control.kill();
  try {
    return await withoutServices(setup, phase, others, act);
  } finally {
    if (!setup.interrupt.aborted) await control.start();
  }
}

async function probeAll(setup: PhasesSetup, planned: PlannedPhase, search: Search): Promise<SearchedPhase> {
  const { event, interrupt } = setup;
  const nowNs = clockFrom(BigInt(setup.epoch.monotonicNs));
  const beganNs = nowNs();
  const searching = new CapacitySearch(search);
  const verdicts: string[] = [];
  let lastWhy = '';
  let result: SearchResult | null = null;
  let probe = 0;
  for (; result === null; probe++) {
    const step = searching.next(nowNs() - beganNs);
    if (step.kind === 'end') {
      result = step.result;
      break;
    }
    if (probe > 0)
      setup.probing(probeWords(planned.name, probe, step.order, searching.interrupted(), verdicts.slice(-LATEST)));
    const judged = await runProbe(setup, { planned, search, probe }, step.order);
    if (judged === null) {
      result = searching.interrupted();
      break;
    }
    searching.learn(judged);
    event({ ...judged, atNs: nowNs() });
    verdicts.push(`${rate(judged.ratePerSecond)} ${judged.verdict}`);
    lastWhy = judged.why.join('; ');
    const pauseNs = coolDownNs(judged.evidence, search.stepNs);
    // Nothing is waited for that no probe follows.
    const following = searching.next(nowNs() + pauseNs - beganNs);
    if (following.kind === 'end') result = following.result;
    else if (!(await rested(pauseNs, interrupt))) result = searching.interrupted();
  }
  const { ended, passedPerSecond, failedPerSecond } = result;
  event({ type: 'search-end', atNs: nowNs(), phase: planned.index, ended, passedPerSecond, failedPerSecond });
  const whole = ended !== 'generator' && ended !== 'interrupted';
  if (whole && search.loss === null && passedPerSecond !== null)
    event({ type: 'load-line', atNs: nowNs(), phase: planned.index, passedPerSecond, failedPerSecond });
  warnOf(setup, planned, result, nowNs());
  const end: SearchEnd = {
    loadLinePerSecond: whole ? passedPerSecond : null,
    ended,
    seen: `${endWords(result)}; the last probe: ${lastWhy}`,
  };
  if (!interrupt.aborted) await announceStep(setup, { planned, search, probe }, { kind: 'end', end });
  return { phase: planned.name, ...end };
}

/** Runs one probe and judges it; null when it was interrupted, so that nothing can be said of it. */
async function runProbe(setup: PhasesSetup, place: ProbePlace, order: ProbeOrder): Promise<ProbeEvent | null> {
  const { planned, search, probe } = place;
  const made = await madeProbe(setup, place, order);
  if (made === null) return null;
  const { startNs, warmupNs, scheduledEndNs, drainedNs, offered, samples, standstills } = made;
  const measuredFromNs = startNs + warmupNs;
  const judged = judgeProbe(
    {
      startNs,
      measuredFromNs,
      scheduledEndNs,
      offered,
      samples,
      specs: setup.plan.scenario.calls,
      events: standstills,
    },
    {
      ratePerSecond: order.ratePerSecond,
      arrivals: search.arrivals,
      slopeLimitNsPerSecond: search.slopeLimitNsPerSecond,
      machineAssumed: setup.machineSource === 'assumed',
    },
  );
  const { ratePerSecond, purpose } = order;
  return {
    type: 'probe',
    atNs: drainedNs,
    phase: planned.index,
    probe,
    purpose,
    ratePerSecond,
    startNs,
    measuredFromNs,
    scheduledEndNs,
    drainedNs,
    ...judged,
  };
}

/** False when the rest was cut short by an interruption. */
async function rested(ns: number, interrupt: AbortSignal): Promise<boolean> {
  await sleep(ns / NS_PER_MS, undefined, { signal: interrupt }).catch(() => undefined);
  return !interrupt.aborted;
}

function warnOf(setup: PhasesSetup, planned: PlannedPhase, result: SearchResult, atNs: number): void {
  const remedies: Partial<Record<SearchResult['ended'], string>> = {
    'high-passed': 'raise the high end of "between": the true load line is higher',
    'low-failed': 'lower the low end of "between", or find out why the target fails at so low a rate',
    generator: 'free a core for the generator, or end other work on the machine',
    budget: 'give the search a longer "budget"; a variable target takes longer probes ("step")',
  };
  const remedy = remedies[result.ended];
  if (remedy !== undefined)
    setup.event({
      type: 'warning',
      atNs,
      code: `capacity-${result.ended}`,
      what: `phase "${planned.name}": ${endWords(result)}`,
      remedy,
    });
}

/** How many of the latest verdicts are shown while the search goes on. */
const LATEST = 3;

function endWords(result: SearchResult): string {
  const { ended, probes } = result;
  const stands = `${known(result).join(', ')} after ${counted(probes, 'probe')}`;
  switch (ended) {
    case 'found':
      return stands;
    case 'budget':
      return `the time of the search is used up (${stands})`;
    case 'high-passed':
      return `the highest rate of the search was sustained (${stands})`;
    case 'low-failed':
      return `the lowest rate of the search was not sustained (${stands})`;
    case 'generator':
      return `the generator did not keep the schedule, so the target's limit was not reached (${stands})`;
    case 'interrupted':
      return `the search was interrupted (${stands})`;
  }
}

/** What stands so far of both ends, and on how many probes. */
function known({ passedPerSecond, failedPerSecond, passedProbes, failedProbes }: SearchResult): readonly string[] {
  const end = (perSecond: number | null, verdict: string, support: number): string =>
    perSecond === null
      ? `no rate ${verdict}`
      : `${rate(perSecond)} ${verdict}${support > 1 ? ` (confirmed by ${support} probes)` : ''}`;
  return [end(passedPerSecond, 'passed', passedProbes), end(failedPerSecond, 'failed', failedProbes)];
}

function probeWords(
  phase: string,
  probe: number,
  { ratePerSecond, purpose }: ProbeOrder,
  soFar: SearchResult,
  latest: readonly string[],
): string {
  const doing = { bracket: 'doubling', narrow: 'narrowing', confirm: 'confirming' } as const;
  const seen = `${known(soFar).join(', ')}; latest: ${latest.join(', ')}`;
  return `${phase}: probe ${probe + 1} at ${rate(ratePerSecond)}, ${doing[purpose]}: ${seen}`;
}
