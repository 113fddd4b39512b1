/** The verdict of a comparison alone, for programs: `gate.json` of an experiment. */
import type { ComparedGate, Comparison, ComparisonVerdict } from '../compare/index.js';
import { jsonText, type ComparisonFormat } from './format.js';

/** The whole of `gate.json` of a comparison. */
export interface ComparisonGateFile {
  readonly schema: 'plimsoll/comparison-gate-v1';
  /** Of the scenario. */
  readonly name: string;
  readonly verdict: ComparisonVerdict;
  /** Why it is invalid, or why it is inconclusive whatever the numbers are; empty otherwise. */
  readonly reasons: readonly string[];
  readonly reference: string;
  /** Every arm but the reference. */
  readonly arms: readonly ArmVerdict[];
  readonly gates: readonly ComparedGate[];
}

export interface ArmVerdict {
  readonly name: string;
  readonly verdict: ComparisonVerdict;
  /** One sentence on the verdict. */
  readonly finding: string;
  readonly runs: readonly string[];
}

export function comparisonGateFile({ name, verdict, reasons, reference, arms, gates }: Comparison): ComparisonGateFile {
  return {
    schema: 'plimsoll/comparison-gate-v1',
    ...{ name, verdict, reasons, reference },
    arms: arms.flatMap(({ name: arm, verdict: own, finding, trials }) =>
      own === null ? [] : [{ name: arm, verdict: own, finding, runs: trials.map(({ runId }) => runId) }],
    ),
    gates,
  };
}

export const comparisonGate: ComparisonFormat = {
  file: 'gate.json',
  contentOf: (comparison) => jsonText(comparisonGateFile(comparison)),
};
