/** How the tool list changed, by the events of the session that watched it. */
import type { DriftSummary } from '../../src/analysis/index.js';
import type { Frame } from './frames.js';
import type { DriftEvent, RecordedEvent } from './run-files.js';

/** Null where nobody watched. */
export function driftNumbers(events: readonly RecordedEvent[], frames: readonly Frame[]): DriftSummary | null {
  const [watched] = events.flatMap((event) => (event.type === 'contract' && event.edge === 'watched' ? [event] : []));
  if (watched === undefined) return null;
  const [unwatched] = events.flatMap((event) =>
    event.type === 'contract' && event.edge === 'unwatched' ? [event] : [],
  );
  const drifts = events.filter((event): event is DriftEvent => event.type === 'drift');
  return {
    everyNs: watched.everyNs,
    tools: watched.tools,
    polls: unwatched?.polls ?? null,
    failedPolls: unwatched?.failedPolls ?? null,
    longestGapNs: unwatched?.longestGapNs ?? null,
    breaking: drifts.filter((drift) => drift.class === 'breaking').length,
    informational: drifts.filter((drift) => drift.class === 'informational').length,
    changes: drifts.map(
      ({ tool, kind, class: ofChange, askedNs, answeredNs, unchangedNs, before, after, changes }) => ({
        tool,
        kind,
        class: ofChange,
        askedNs,
        answeredNs,
        unchangedNs,
        before,
        after,
        changes,
        phase:
          frames.find(({ startNs, drainedNs }) => startNs <= answeredNs && answeredNs <= drainedNs)?.facts.name ?? null,
      }),
    ),
  };
}

/**
 * Tools that surely were not what they were at first, by a breaking change, at some moment from one time up to another.
 */
export function toolsOff(events: readonly RecordedEvent[], fromNs: number, toNs: number): number {
  const drifts = events.filter((event): event is DriftEvent => event.type === 'drift');
  const tools = [...new Set(drifts.map(({ tool }) => tool))];
  return tools.filter((tool) => {
    const own = drifts.filter((drift) => drift.tool === tool);
    const [first] = own;
    // What the tool was from each change on, up to the next; the way back may have come as soon as nobody looked any
    // more.
    return own.some((drift, k) => {
      const next = own[k + 1];
      const untilNs =
        next === undefined
          ? Infinity
          : next.after === first?.before
            ? Math.max(drift.answeredNs, next.unchangedNs)
            : next.answeredNs;
      if (drift.answeredNs >= toNs || untilNs < fromNs || drift.after === first?.before) return false;
      const backAt = own.slice(0, k + 1).findLastIndex(({ after }) => after === first?.before);
      return own.slice(backAt + 1, k + 1).some((each) => each.class === 'breaking');
    });
  }).length;
}
