/** Shapes of contract drift: how the tools a target offers changed while a run went on. */
import type { ContractChange } from '../../record/index.js';

/**
 * Breaking: what was valid to send may be refused now, or an answer may not be what was promised. Everything else
 * informs.
 */
export type DriftClass = ContractChange['class'];

/** One change of one tool. */
export interface DriftChange {
  readonly tool: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** Breaking when one of `changes` is. */
  readonly class: DriftClass;
  /** Phase that ran when the changed list came in; null between phases. */
  readonly phase: string | null;
  /** When the list that first showed it was asked for and had come in. Run time. */
  readonly askedNs: number;
  readonly answeredNs: number;
  /** When the last list that did not show it was asked for: it changed after that, and before `answeredNs`. */
  readonly unchangedNs: number;
  /** SHA-256 of the tool's canonical JSON; null where there was no such tool. */
  readonly before: string | null;
  readonly after: string | null;
  readonly changes: readonly ContractChange[];
}

/** What watching `tools/list` saw, by the session that asks for nothing else. */
export interface DriftSummary {
  readonly everyNs: number;
  /** Tools of the first list. */
  readonly tools: number;
  /**
   * Lists that came in, the first one included, and those that did not; null when the record breaks off before they
   * were told.
   */
  readonly polls: number | null;
  readonly failedPolls: number | null;
  /** Longest time from one list that came in to the next: a change that came and went within it was not seen. */
  readonly longestGapNs: number | null;
  readonly breaking: number;
  readonly informational: number;
  /** In order of time. */
  readonly changes: readonly DriftChange[];
}
