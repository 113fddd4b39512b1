/**
 * Contract drift: the changes of the tool list that a watching session saw, counted and placed in phases.
 *
 * A change is classed as breaking when it is seen (`mcp`), and so in the record.
 */
import type { ContractChange, RunEvent } from '../../record/index.js';

/** Breaking: a valid request may be refused now, or an answer not be what was promised. Everything else informs. */
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
  /** Lists that came in, the first included, and those that did not; null when the record ends before their count. */
  readonly polls: number | null;
  readonly failedPolls: number | null;
  /** Longest time from one list that came in to the next: a change that came and went within it was not seen. */
  readonly longestGapNs: number | null;
  readonly breaking: number;
  readonly informational: number;
  /** In order of time. */
  readonly changes: readonly DriftChange[];
}

/** Null when the tool list was not watched, or the first list never came in. */
export function driftOf(
  events: readonly RunEvent[],
  phases: readonly { readonly name: string; readonly startNs: number; readonly drainedNs: number }[],
): DriftSummary | null {
  const begun = events.find((event) => event.type === 'contract' && event.edge === 'watched');
  if (begun?.type !== 'contract' || begun.edge !== 'watched') return null;
  const ended = events.find((event) => event.type === 'contract' && event.edge === 'unwatched');
  const counts = ended?.type === 'contract' && ended.edge === 'unwatched' ? ended : null;
  const changes = events.flatMap((event): readonly DriftChange[] => {
    if (event.type !== 'drift') return [];
    const { tool, kind, askedNs, answeredNs, unchangedNs, before, after, changes: found } = event;
    const during = phases.find(({ startNs, drainedNs }) => answeredNs >= startNs && answeredNs <= drainedNs);
    const what = { tool, kind, class: event.class, phase: during?.name ?? null };
    return [{ ...what, askedNs, answeredNs, unchangedNs, before, after, changes: found }];
  });
  const of = (drift: DriftClass): number => changes.filter((change) => change.class === drift).length;
  return {
    everyNs: begun.everyNs,
    tools: begun.tools,
    polls: counts?.polls ?? null,
    failedPolls: counts?.failedPolls ?? null,
    longestGapNs: counts?.longestGapNs ?? null,
    breaking: of('breaking'),
    informational: of('informational'),
    changes,
  };
}

/**
 * How many tools were off their first contract, by a breaking change, at some moment of a stretch. A tool whose digest
 * is again what it was at first is back on it. Counted is what is sure: off from the list that showed it, until the
 * last list before the one that showed the way back was asked for; in between it was not polled.
 */
export function toolsOffContract({ changes }: Pick<DriftSummary, 'changes'>, fromNs: number, toNs: number): number {
  return [...new Set(changes.map(({ tool }) => tool))].filter((tool) =>
    spansOff(changes.filter((change) => change.tool === tool)).some(
      (span) => span.fromNs < toNs && span.toNs >= fromNs,
    ),
  ).length;
}

/** `changes` are those of one tool. */
function spansOff(changes: readonly DriftChange[]): readonly { readonly fromNs: number; readonly toNs: number }[] {
  const spans: { fromNs: number; toNs: number }[] = [];
  const first = changes[0]?.before;
  let offSinceNs: number | null = null;
  let lastNs = 0;
  for (const change of changes) {
    if (change.after === first) {
      if (offSinceNs !== null) spans.push({ fromNs: offSinceNs, toNs: Math.max(lastNs, change.unchangedNs) });
      offSinceNs = null;
    } else if (change.class === 'breaking') {
      offSinceNs ??= change.answeredNs;
    }
    lastNs = change.answeredNs;
  }
  if (offSinceNs !== null) spans.push({ fromNs: offSinceNs, toNs: Infinity });
  return spans;
}
