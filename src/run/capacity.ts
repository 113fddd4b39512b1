/** Runs a capacity phase: probes until the search is over, each judged by its own samples before the next. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CapacitySearch,
  coolDownNs,
  judgeProbe,
  probeSegment,
  type ProbeOrder,
  type SearchResult,
} from '../capacity/index.js';
import type { Search } from '../catalog/index.js';
import { NS_PER_MS, clockFrom } from '../clock/index.js';
import { rate } from '../format/index.js';
import type { PlannedPhase } from '../plan/index.js';
import type { ProbeEvent } from '../record/index.js';
import type { PhasesSetup } from './phases-setup.js';

/** What became of a search. */
export interface SearchedPhase {
  readonly phase: string;
  /** What `x` means from here on; null when the search does not say. */
  readonly loadLinePerSecond: number | null;
  /** How it ended and what was seen, as text. */
  readonly seen: string;
}

/**
 * Searches between the rates of a phase. Each probe and the end become events; `load-line` only where a rate passed and
 * the search was not cut short by the generator or an interruption, and nothing was taken away: half a search is a
 * lower bound of unknown distance, and half a stack another stack.
 */
export async function searchPhase(setup: PhasesSetup, planned: PlannedPhase, search: Search): Promise<SearchedPhase> {
  if (search.loss === null) return probeAll(setup, planned, search);
  return withoutService(setup, planned.name, search.loss.service, () => probeAll(setup, planned, search));
}

/** Does something while a service is gone. It is brought back whatever happens, unless the run is being stopped. */
async function withoutService<T>(
  { stack, interrupt }: PhasesSetup,
  phase: string,
  service: string,
  act: () => Promise<T>,
): Promise<T> {
  const control = stack.controls.get(service);
  if (control === undefined)
    throw new Error(`phase "${phase}" passed the checks with a service "${service}" that can't be taken away`);
  await control.kill();
  try {
    return await act();
  } finally {
    if (!interrupt.aborted) await control.start();
  }
}

async function probeAll(setup: PhasesSetup, planned: PlannedPhase, search: Search): Promise<SearchedPhase> {
  const { event, interrupt } = setup;
  const nowNs = clockFrom(BigInt(setup.epoch.monotonicNs));
  const searching = new CapacitySearch({
    ...search.between,
    resolution: search.resolution,
    confirmations: search.confirmations,
  });
  let lastWhy = '';
  let result: SearchResult | null = null;
  for (let probe = 0; result === null; probe++) {
    const step = searching.next();
    if (step.kind === 'end') {
      result = step.result;
      break;
    }
    if (probe > 0) setup.probing(probeWords(planned.name, probe, step.order, searching.interrupted()));
    const judged = await runProbe(setup, planned, search, step.order, probe);
    if (judged === null) {
      result = searching.interrupted();
      break;
    }
    const verdict = searching.learn(judged.verdict);
    const why =
      verdict === judged.verdict
        ? judged.why
        : [...judged.why, 'the longest probe was undecided, and passing takes proof'];
    event({ ...judged, atNs: nowNs(), verdict, why });
    lastWhy = why.join('; ');
    if (searching.next().kind === 'probe' && !(await rested(coolDownNs(judged.evidence, search.stepNs), interrupt)))
      result = searching.interrupted();
  }
  const { ended, passedPerSecond, failedPerSecond } = result;
  event({ type: 'search-end', atNs: nowNs(), phase: planned.index, ended, passedPerSecond, failedPerSecond });
  const whole = ended !== 'generator' && ended !== 'interrupted';
  if (whole && search.loss === null && passedPerSecond !== null)
    event({ type: 'load-line', atNs: nowNs(), phase: planned.index, passedPerSecond, failedPerSecond });
  warnOf(setup, planned, result, nowNs());
  return {
    phase: planned.name,
    loadLinePerSecond: whole ? passedPerSecond : null,
    seen: `${endWords(result)}; the last probe: ${lastWhy}`,
  };
}

/** Runs one probe and judges it; null when it was interrupted, so that nothing can be said of it. */
async function runProbe(
  setup: PhasesSetup,
  planned: PlannedPhase,
  search: Search,
  order: ProbeOrder,
  probe: number,
): Promise<ProbeEvent | null> {
  const { plan, generator, tap, interrupt } = setup;
  const { segment, warmupNs } = probeSegment(search, planned.index, order);
  tap.open();
  const ran = await generator.run(segment, warmupNs, (startNs) => {
    if (probe === 0) setup.begun(planned, startNs);
  });
  const samples = tap.close();
  if (ran.interrupted || interrupt.aborted) return null;
  const { startNs, scheduledEndNs, drainedNs, offered } = ran;
  const measuredFromNs = startNs + warmupNs;
  const judged = judgeProbe(
    { startNs, measuredFromNs, scheduledEndNs, offered, samples, specs: plan.scenario.calls },
    {
      ratePerSecond: order.ratePerSecond,
      arrivals: search.arrivals,
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
    'probes-used-up':
      'make the probes longer ("step"), or give the target a machine of its own: its verdicts contradict each other',
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

function endWords({ ended, passedPerSecond, failedPerSecond, probes }: SearchResult): string {
  const passed = passedPerSecond === null ? 'no rate passed' : `${rate(passedPerSecond)} passed`;
  const failed = failedPerSecond === null ? 'none failed' : `${rate(failedPerSecond)} failed`;
  const stands = `${passed} and ${failed} after ${probes} ${probes === 1 ? 'probe' : 'probes'}`;
  switch (ended) {
    case 'found':
      return stands;
    case 'high-passed':
      return `the highest rate of the search was sustained (${stands})`;
    case 'low-failed':
      return `the lowest rate of the search was not sustained (${stands})`;
    case 'generator':
      return `the generator did not keep the schedule, so the target's limit was not reached (${stands})`;
    case 'probes-used-up':
      return `the probes are used up (${stands})`;
    case 'interrupted':
      return `the search was interrupted (${stands})`;
  }
}

function probeWords(
  phase: string,
  probe: number,
  { ratePerSecond, purpose }: ProbeOrder,
  { passedPerSecond, failedPerSecond }: SearchResult,
): string {
  const doing = { bracket: 'doubling', bisect: 'bisecting', confirm: 'confirming' } as const;
  const known = [
    ...(passedPerSecond === null ? [] : [`${rate(passedPerSecond)} passed`]),
    ...(failedPerSecond === null ? [] : [`${rate(failedPerSecond)} failed`]),
  ];
  const bounds = known.length === 0 ? '' : ` (${known.join(', ')})`;
  return `${phase}: probe ${probe + 1} at ${rate(ratePerSecond)}, ${doing[purpose]}${bounds}`;
}
