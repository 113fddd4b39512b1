/** What is compared, and what comes of it. This is `comparison.json`. */
import type { Attribution, GatewayFinding, RecoverySummary, Summary } from '../analysis/index.js';
import type { ComparativeGate, RegimeName } from '../catalog/index.js';
import type { FieldDifference } from '../envelope/index.js';
import type { BaselineChoice } from '../record/index.js';
import type { ComparedCurves, TrialFigures } from './curves.js';
import type { Effect, Estimated } from './effects.js';
import type { StackPicture } from './stack-picture.js';

/** One run that is compared. */
export interface Trial {
  readonly arm: string;
  /** As it was given, or relative to the experiment. */
  readonly folder: string;
  readonly summary: Summary;
  /** Of the run; null where it is not known. */
  readonly seed: number | null;
  /** Null where the run's samples could not be read. */
  readonly figures: TrialFigures | null;
  readonly stack: StackPicture;
  readonly gateways: readonly ArmGateway[];
  /** What it found of the gateway in its stack. */
  readonly findings: readonly GatewayFinding[];
  /** Name and version by which the target introduced itself; null where it did not. */
  readonly server: string | null;
}

/** A gateway of others, as its adapter describes it. */
export interface ArmGateway {
  readonly service: string;
  readonly title: string;
  /** Of what was started; null where it is not known. */
  readonly version: string | null;
  /** That the adapter was made with. */
  readonly tried: string;
  /** What of its workers and limits is set. */
  readonly tuning: string;
  /** What it can't do, in sentences. */
  readonly lacks: readonly string[];
  /** Terms of its licence that restrict publishing what was measured; null where none is known. */
  readonly licenceNote: string | null;
}

/** What trials found of the gateway of an arm. */
export interface ArmFinding {
  /** The same in every trial and arm in which the same was found. */
  readonly id: string;
  readonly tone: 'good' | 'bad' | 'note';
  /** One sentence, with the numbers of the first trial that found it. */
  readonly what: string;
  /** How many trials of the arm found it. */
  readonly trials: number;
}

/** A run of an experiment that was repeated, because another process disturbed it or it was interrupted. */
export interface LeftOutTrial {
  readonly arm: string;
  /** From 0. */
  readonly row: number;
  readonly folder: string;
  readonly why: string;
}

/** An arm that could not be run. */
export interface NotRunArm {
  readonly arm: string;
  readonly why: string;
}

export interface ComparisonInput {
  /** The reference first. */
  readonly arms: readonly string[];
  /** Each row holds one trial of every arm, in the order in which they ran. */
  readonly rows: readonly (readonly Trial[])[];
  /** How many rows were to be run, where that was fixed before the first; null where it is not known. */
  readonly plannedRows: number | null;
  readonly leftOut: readonly LeftOutTrial[];
  /** Arms that stand in no row. */
  readonly notRun?: readonly NotRunArm[];
  /** Against the reference. Null: the default gates. */
  readonly gates: readonly ComparativeGate[] | null;
  /** Gates versus the stored baseline, which every arm but the reference is held against. */
  readonly baseline?: { readonly gates: readonly ComparativeGate[]; readonly choice: BaselineChoice };
  readonly environment: readonly FieldDifference[];
}

export type ComparisonVerdict = 'pass' | 'improved' | 'inconclusive' | 'mixed' | 'regress' | 'invalid';

/** A gate at one place of one arm. */
export interface GateOutcome {
  readonly arm: string;
  readonly where: string;
  readonly verdict: 'pass' | 'improved' | 'inconclusive' | 'regress' | 'invalid';
  /** As in the effect; null where there is none. */
  readonly change: Estimated | null;
  /** One-sided p-value of "it is not worse", adjusted over all primary gates of the comparison (Holm). */
  readonly pWorse: number | null;
  /** The smallest change for the worse that so many trials report with a probability of 0.8, in terms of the change. */
  readonly minimumDetectable: number | null;
  /** Pairs of trials that it would take to decide about the margin. */
  readonly trialsNeeded: number | null;
  readonly why: string;
}

export interface ComparedGate {
  readonly gate: ComparativeGate;
  readonly text: string;
  /** The gravest of the outcomes. */
  readonly verdict: GateOutcome['verdict'];
  readonly outcomes: readonly GateOutcome[];
}

/** How a trial came back: after the fault that took longest, or without a fault after its overload. */
export interface TrialRecovery {
  /** What the fault was, and on what; null: the overload of the phase. */
  readonly fault: Pick<RecoverySummary, 'type' | 'on'> | null;
  readonly phase: string;
  readonly time: RecoverySummary['timeToRecover'];
  /** Length of the windows in which it is measured; null where it is exact. */
  readonly windowNs: number | null;
}

/** The first growing queue of a trial, as the report of the run names it. */
export interface TrialQueue extends Pick<Attribution, 'phase' | 'firstGrowing' | 'gateway' | 'stage'> {
  /** When it began, from the start of its phase: between these two. Null where nothing shows a beginning. */
  readonly began: { readonly fromNs: number; readonly toNs: number } | null;
}

export interface ComparedTrial {
  readonly row: number;
  readonly runId: string;
  readonly folder: string;
  readonly startedUtc: string;
  readonly validity: Summary['validity']['verdict'];
  /** Null without a fault and without an overload that ended. */
  readonly recovery: TrialRecovery | null;
  /** Null without an open-loop phase. */
  readonly firstGrowing: TrialQueue | null;
}

export interface ComparedArm {
  readonly name: string;
  /** Null for the reference. */
  readonly verdict: ComparisonVerdict | null;
  /** One sentence on the verdict; empty for the reference. */
  readonly finding: string;
  /** As the scenario has it. */
  readonly stack: StackPicture;
  /** Names and versions by which the target introduced itself, each once. */
  readonly servers: readonly string[];
  readonly gateways: readonly ArmGateway[];
  readonly findings: readonly ArmFinding[];
  readonly trials: readonly ComparedTrial[];
}

/** A phase of the scenario that was run. */
export interface ComparedPhase {
  readonly name: string;
  readonly regime: RegimeName;
  readonly loop: 'open' | 'closed';
}

export interface Comparison {
  readonly schema: 'plimsoll/comparison-v1';
  /** Of the scenario. */
  readonly name: string;
  readonly verdict: ComparisonVerdict;
  /** Why it is invalid, or why it is inconclusive whatever the numbers are; empty otherwise. */
  readonly reasons: readonly string[];
  readonly reference: string;
  readonly arms: readonly ComparedArm[];
  readonly phases: readonly ComparedPhase[];
  readonly order: {
    /** Names of arms in the order of their trials. */
    readonly rows: readonly (readonly string[])[];
    /** The trials of each row ran one right after the other. */
    readonly interleaved: boolean;
    /** Each arm equally often at each place of a row, and right after each other arm. */
    readonly carryOverBalanced: boolean;
    /** Both trials of a pair drew the same arrivals and arguments, in every row. */
    readonly pairedSeeds: boolean;
  };
  readonly leftOut: readonly LeftOutTrial[];
  /** Every field in which the environments differ. */
  readonly environment: readonly FieldDifference[];
  readonly gates: readonly ComparedGate[];
  /** Empty when the environments may not be compared. */
  readonly effects: readonly Effect[];
  /** What the arms look like over their trials; without curves when the environments may not be compared. */
  readonly curves: ComparedCurves;
}
