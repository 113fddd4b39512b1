/** Verdicts: each gate judged by what was read for it. */
import { CLOSED_LOOP, deciding, judge, sourceMark, worstOf, type GateResult, type Summary } from '../analysis/index.js';
import { gateText, metricOf } from '../catalog/index.js';
import { EXIT, type ExitCode } from '../problem/index.js';
import type { Gate, Scenario } from '../scenario/index.js';
import { phasesBehind, readingsOf, nonStationaryPhases } from './readings.js';

export type Verdict = GateResult['verdict'];

/** All gates of a run. */
export interface GateReport {
  /** `invalid` when the run is, else the worst of the results; `pass` when a valid run has no gates. */
  readonly verdict: Verdict;
  readonly results: readonly GateResult[];
}

/** Says, behind a gate's text, that its numbers come from closed loops: their callers ask less of a slow server. */
function loopMark(gate: Gate, summary: Summary): string {
  if (!metricOf(gate.metric).dependsOnLoop) return '';
  const phases = phasesBehind(gate, summary);
  const closed = phases.filter(({ loop }) => loop === 'closed').length;
  return closed === 0 ? '' : closed === phases.length ? CLOSED_LOOP : ' (closed loops among them)';
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
    ...(decided.step === undefined ? {} : { step: decided.step }),
    unit: gate.unit,
    why: decided.why,
  } as const;
  const { validity } = summary;
  if (validity.verdict === 'invalid') {
    const reason = validity.reasons.find(({ severity }) => severity === 'invalid');
    return { ...result, verdict: 'invalid', why: `the run is invalid: ${reason?.what ?? 'see its reasons'}` };
  }
  if (validity.gatesInconclusive) {
    return {
      ...result,
      verdict: 'inconclusive',
      why: `${decided.why}; the machine was too busy with other work for this to count`,
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

/** Judges every gate of the scenario by the summary. */
export function evaluateGates(summary: Summary, scenario: Pick<Scenario, 'gates'>): GateReport {
  const results = scenario.gates.map((gate) => evaluateGate(gate, summary));
  const verdicts = results.map(({ verdict }) => verdict);
  return { verdict: summary.validity.verdict === 'invalid' ? 'invalid' : worstOf(verdicts), results };
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
