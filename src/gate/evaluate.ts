/** Verdicts: each gate judged by what was read for it. */
import {
  CLOSED_LOOP,
  deciding,
  judge,
  movedTo,
  sourceMark,
  worstOf,
  type GateResult,
  type PhaseWithout,
  type Summary,
  type ValidityReason,
} from '../analysis/index.js';
import { gateText, metricOf, type MetricSelection } from '../catalog/index.js';
import { inUnit } from '../format/index.js';
import { EXIT, type ExitCode } from '../problem/index.js';
import type { Gate, Scenario } from '../scenario/index.js';
import { defaultGates, outsideFaults } from './default-gates.js';
import { phasesBehind, readingsOf, nonStationaryPhases } from './readings.js';

export type Verdict = GateResult['verdict'];

/** All gates of a run. */
export interface GateReport {
  /**
   * `invalid` when the run is, else the worst of the results. Without gates a valid run is `pass`, and a doubtful one
   * `inconclusive`.
   */
  readonly verdict: Verdict;
  readonly results: readonly GateResult[];
}

/** Says, behind a gate's text, that its numbers come from closed loops: their callers ask less of a slow server. */
export function loopMark(gate: MetricSelection, summary: Summary): string {
  if (!metricOf(gate.metric).dependsOnLoop) return '';
  const phases = phasesBehind(gate, summary);
  const closed = phases.filter(({ loop }) => loop === 'closed').length;
  return closed === 0 ? '' : closed === phases.length ? CLOSED_LOOP : ' (closed loops among them)';
}

/** The first reason for the verdict on a run. */
export function reasonOf({ validity }: Summary, wanted: ValidityReason['severity']): string {
  return validity.reasons.find(({ severity }) => severity === wanted)?.what ?? 'see its reasons';
}

function evaluateGate(gate: Gate, summary: Summary): GateResult {
  const readings = readingsOf(gate, summary);
  const decided = deciding(
    gate,
    readings.map((reading) => judge(gate, reading)),
  );
  const result = {
    gate,
    text: `${gateText(gate)}${loopMark(gate, summary)}${sourceMark(readings)}`,
    verdict: decided.verdict,
    measured: decided.measured,
    ...(decided.isLowerBound === undefined ? {} : { isLowerBound: decided.isLowerBound }),
    ...(decided.step === undefined ? {} : { step: decided.step }),
    unit: gate.unit,
    why: decided.why,
  } as const;
  const { validity } = summary;
  if (validity.verdict === 'invalid') {
    return { ...result, verdict: 'invalid', why: `the run is invalid: ${reasonOf(summary, 'invalid')}` };
  }
  const spoilt = lateness(gate, summary, decided.verdict);
  if (spoilt !== null) return { ...result, verdict: 'invalid', why: `${decided.why}; ${spoilt}` };
  if (validity.verdict === 'doubtful') {
    return {
      ...result,
      verdict: 'inconclusive',
      why: `${decided.why}; the run is doubtful: ${reasonOf(summary, 'doubtful')}`,
    };
  }
  // A broken bound stays broken; one that held may not hold in a longer run.
  const drifting = decided.verdict === 'pass' ? nonStationaryPhases(gate, summary) : [];
  if (drifting.length > 0) {
    return {
      ...result,
      verdict: 'inconclusive',
      why: `${decided.why}; ${drifting.join(' and ')} was not stationary, so a longer run would give another number`,
    };
  }
  return result;
}

const CAUSES = {
  standstill: 'standstills of the generator or the fault engine',
  lag: 'calls that left or were read late',
} as const;

/** Why lateness of our own makes a number invalid: without it, it would be another; null where it would not. */
export function spoiltByLateness(gate: MetricSelection, summary: Summary): string | null {
  const behind = phasesBehind(gate, summary).map(({ name }) => name);
  for (const { phase, cause, without } of summary.lateness) {
    if (!behind.includes(phase)) continue;
    const others = without.map((each) => readingsOf(gate, summaryWithout(summary, phase, each)));
    for (const reading of readingsOf(gate, summary)) {
      const same = others.map((readings) => readings.find(({ placeId }) => placeId === reading.placeId));
      const moved = movedTo(reading, same, gate.unit);
      if (moved !== null) return `without ${CAUSES[cause]} it would be ${inUnit(moved.without, gate.unit)}`;
    }
  }
  return null;
}

/** Why lateness of our own makes a gate invalid: its number is not valid, or its verdict another without it. */
function lateness(gate: Gate, summary: Summary, verdict: Verdict): string | null {
  const spoilt = spoiltByLateness(gate, summary);
  if (spoilt !== null) return spoilt;
  const behind = phasesBehind(gate, summary).map(({ name }) => name);
  for (const { phase, cause, without } of summary.lateness) {
    if (!behind.includes(phase)) continue;
    const others = without.map((each) => readingsOf(gate, summaryWithout(summary, phase, each)));
    const verdicts = others.flatMap((readings) => {
      const other = deciding(
        gate,
        readings.map((reading) => judge(gate, reading)),
      ).verdict;
      return other === 'pass' || other === 'regress' ? [other] : [];
    });
    if (verdict !== 'inconclusive' && verdicts.length > 0 && verdicts.every((other) => other !== verdict))
      return `without ${CAUSES[cause]} the verdict would be another`;
  }
  return null;
}

function summaryWithout(summary: Summary, phase: string, { recoveries, ...numbers }: PhaseWithout): Summary {
  return {
    ...summary,
    phases: summary.phases.map((each) => (each.name === phase ? { ...each, ...numbers } : each)),
    recoveries: summary.recoveries.map((each) =>
      each.phase === phase ? { ...each, ...recoveries.find(({ fault }) => fault === each.fault) } : each,
    ),
  };
}

/**
 * Default gates that are broken, or would be if so few calls could show it: one that holds is not worth a line, and a
 * short run in which all went well is not undecided for the few calls it made.
 */
function brokenDefaults(summary: Summary): readonly GateResult[] {
  const outside = outsideFaults(summary);
  const isBeyond = ({ gate: { min, max }, measured }: GateResult): boolean =>
    measured !== null && (measured > (max ?? Infinity) || measured < (min ?? -Infinity));
  return defaultGates(summary)
    .map((gate) => evaluateGate(gate, outside))
    .filter((result) => result.verdict === 'regress' || (result.verdict === 'inconclusive' && isBeyond(result)))
    .map((result) => ({ ...result, text: `${result.text} (default gate)` }));
}

/** Calls a second that count as none. */
const NO_GOODPUT = 0.001;

/** A run that was ended early for the target's sake has failed, whatever its partial numbers say. */
function endedEarly({ endedEarly: early, validity }: Summary): GateResult | null {
  if (early === null || early.rule === 'schedule-lag') return null;
  const on = { index: 0, phase: null, tool: null, fault: null, process: null };
  const gate: Gate =
    early.rule === 'error-share'
      ? { ...on, metric: 'error-ratio', stat: 'ratio', unit: 'ratio', min: null, max: early.limit }
      : { ...on, metric: 'goodput', stat: 'rate', unit: 'per-second', min: NO_GOODPUT, max: null };
  return {
    gate,
    text: `abort-on ${early.rule}`,
    verdict: validity.verdict === 'invalid' ? 'invalid' : 'regress',
    measured: early.seen,
    unit: gate.unit,
    why: `the run was ended early: ${early.what}`,
  };
}

/** Judges every gate of the scenario by the summary; without any, unless it says otherwise, the default gates. */
export function evaluateGates(
  summary: Summary,
  { gates, defaultGates: hasDefaults = true }: Pick<Scenario, 'gates'> & Partial<Pick<Scenario, 'defaultGates'>>,
): GateReport {
  const results =
    gates.length === 0 && hasDefaults ? brokenDefaults(summary) : gates.map((gate) => evaluateGate(gate, summary));
  const early = endedEarly(summary);
  const all = early === null ? results : [early, ...results];
  const ofRun = { valid: 'pass', doubtful: 'inconclusive', invalid: 'invalid' } as const;
  return { verdict: worstOf([ofRun[summary.validity.verdict], ...all.map(({ verdict }) => verdict)]), results: all };
}

/** The report with further results, such as those versus a baseline; one of level `warn` decides nothing. */
export function withResults(report: GateReport, further: readonly GateResult[]): GateReport {
  const deciding = further.filter(({ change }) => change?.level !== 'warn').map(({ verdict }) => verdict);
  return { verdict: worstOf([report.verdict, ...deciding]), results: [...report.results, ...further] };
}

/** `gate.json`. */
export interface GateFile extends GateReport {
  readonly schema: 'plimsoll/gate-v2';
  readonly runId: string;
}

export function gateFile(report: GateReport, { runId }: Pick<Summary, 'runId'>): GateFile {
  return { schema: 'plimsoll/gate-v2', runId, ...report };
}

/** The exit code of a verdict: 0, 99, 75 or 4. */
export function gateExitCode(verdict: Verdict): ExitCode {
  switch (verdict) {
    case 'pass':
      return EXIT.pass;
    case 'regress':
      return EXIT.gateFailed;
    case 'inconclusive':
      return EXIT.inconclusive;
    case 'invalid':
      return EXIT.invalid;
  }
}
