/** Verdicts: each gate held against what was read for it. */
import type { GateResult, Summary } from '../analysis/index.js';
import { EXIT, type ExitCode } from '../problem/index.js';
import type { Gate, Scenario } from '../scenario/index.js';
import { readingsOf, unsteadyPhases, type Reading } from './readings.js';
import { gateText, measuredText, steppedText } from './words.js';

export type Verdict = GateResult['verdict'];

/** All gates of a run. `gate.json` holds this. */
export interface GateReport {
  /** `invalid` when the run is, else the worst of the results; `pass` when a valid run has no gates. */
  readonly verdict: Verdict;
  readonly results: readonly GateResult[];
}

interface Judged {
  readonly verdict: Exclude<Verdict, 'invalid'>;
  readonly measured: number | null;
  readonly step?: number | undefined;
  readonly why: string;
}

const SEVERITY: Readonly<Record<Verdict, number>> = { pass: 0, inconclusive: 1, regress: 2, invalid: 3 };

function worstOf(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce<Verdict>((worst, verdict) => (SEVERITY[verdict] > SEVERITY[worst] ? verdict : worst), 'pass');
}

/** Verdict on a quantity known to lie in [low, high]; `middle` is the number that is told. */
function judgeRange(gate: Gate, low: number, high: number): Judged['verdict'] {
  const over = gate.max !== null && low > gate.max;
  const under = gate.min !== null && high < gate.min;
  if (over || under) return 'regress';
  const surelyInside = (gate.max === null || high <= gate.max) && (gate.min === null || low >= gate.min);
  return surelyInside ? 'pass' : 'inconclusive';
}

function judge(gate: Gate, reading: Reading): Judged {
  const { where } = reading;
  switch (reading.kind) {
    case 'value': {
      const interval =
        reading.low === null || reading.high === null ? '' : ` (95 % interval ${measuredText(gate, reading.low)} to ${measuredText(gate, reading.high)})`;
      return { verdict: judgeRange(gate, reading.value, reading.value), measured: reading.value, step: reading.step, why: `${where}: ${steppedText(gate, reading.value, reading.step)}${interval}` };
    }
    case 'trend':
      return {
        verdict: judgeRange(gate, reading.low, reading.high),
        measured: reading.value,
        why: `${where}: ${measuredText(gate, reading.value)}, 95 % interval ${measuredText(gate, reading.low)} to ${measuredText(gate, reading.high)}, which is what counts`,
      };
    case 'censored':
      return {
        verdict: judgeRange(gate, reading.atLeast, Infinity),
        measured: reading.atLeast,
        why: `${where}: at least ${measuredText(gate, reading.atLeast)} (censored: nobody looked longer)`,
      };
    case 'not-estimable':
      return { verdict: 'inconclusive', measured: null, why: `${where}: not estimable, ${reading.why}` };
    case 'never-left':
      // Nothing to detect or recover from satisfies any largest time; a smallest time has nothing to be held against.
      return { verdict: gate.min === null ? 'pass' : 'inconclusive', measured: null, why: `${where}: the band was never left` };
    case 'absent':
      return { verdict: 'regress', measured: null, why: `${where}: ${reading.why}; a gate without a number fails` };
  }
}

/** How near a judged value is to breaking its gate; larger is nearer. */
function pressure(gate: Gate, { measured }: Judged): number {
  if (measured === null) return -Infinity;
  return Math.max(gate.max === null ? -Infinity : measured - gate.max, gate.min === null ? -Infinity : gate.min - measured);
}

/** The judgement that decides: the worst, and of equals the nearest to the bound. */
function deciding(gate: Gate, judged: readonly Judged[]): Judged {
  const [first, ...others] = judged;
  if (first === undefined) {
    const what = gate.fault !== null ? `fault "${gate.fault}"` : gate.phase !== null ? `phase "${gate.phase}"` : 'the run';
    return { verdict: 'regress', measured: null, why: `${what} has no samples of ${gate.metric}; a gate without a number fails` };
  }
  return others.reduce((worst, next) => {
    const harder = SEVERITY[next.verdict] - SEVERITY[worst.verdict];
    return harder > 0 || (harder === 0 && pressure(gate, next) > pressure(gate, worst)) ? next : worst;
  }, first);
}

function evaluateGate(gate: Gate, summary: Summary): GateResult {
  const decided = deciding(gate, readingsOf(gate, summary).map((reading) => judge(gate, reading)));
  const result = { gate, text: gateText(gate), verdict: decided.verdict, measured: decided.measured, ...(decided.step === undefined ? {} : { step: decided.step }), unit: gate.unit, why: decided.why } as const;
  const { validity } = summary;
  if (validity.verdict === 'invalid') {
    const reason = validity.reasons.find(({ severity }) => severity === 'invalid');
    return { ...result, verdict: 'invalid', why: `the run is invalid: ${reason?.what ?? 'see its reasons'}` };
  }
  if (validity.gatesInconclusive) {
    return { ...result, verdict: 'inconclusive', why: `${decided.why}; the machine was too busy with other work for this to count` };
  }
  // A bound that was broken was broken; one that was kept may not be kept for long.
  const unsteady = decided.verdict === 'pass' ? unsteadyPhases(gate, summary) : [];
  if (unsteady.length > 0) {
    return { ...result, verdict: 'inconclusive', why: `${decided.why}; ${unsteady.join(' and ')} had no steady state, so a longer run would tell another number` };
  }
  return result;
}

/** Holds every gate of the scenario against the summary. */
export function evaluateGates(summary: Summary, scenario: Pick<Scenario, 'gates'>): GateReport {
  const results = scenario.gates.map((gate) => evaluateGate(gate, summary));
  const verdicts = results.map(({ verdict }) => verdict);
  return { verdict: summary.validity.verdict === 'invalid' ? 'invalid' : worstOf(verdicts), results };
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

