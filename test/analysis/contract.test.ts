/** Contract drift: what a watching session saw of the tool list. */
import { describe, expect, it } from 'vitest';
import { driftOf } from '../../src/analysis/contract/drift.js';
import type { RunEvent } from '../../src/record/index.js';
import { MS, S } from './fixtures/scenario.js';

const WATCHED: RunEvent = {
  type: 'contract',
  atNs: 1 * S,
  edge: 'watched',
  everyNs: 500 * MS,
  tools: 3,
  digest: '00',
  announced: false,
};
const UNWATCHED: RunEvent = {
  type: 'contract',
  atNs: 30 * S,
  edge: 'unwatched',
  polls: 58,
  failedPolls: 2,
  longestGapNs: 1500 * MS,
};

const drift = (atS: number, kind: 'added' | 'removed' | 'changed', ofChange: 'breaking' | 'informational') =>
  ({
    type: 'drift',
    atNs: atS * S,
    askedNs: atS * S - 2 * MS,
    answeredNs: atS * S,
    unchangedNs: atS * S - 502 * MS,
    because: 'interval',
    tool: 'search',
    kind,
    class: ofChange,
    before: 'aa',
    after: 'bb',
    changes: [{ class: ofChange, what: 'something changed' }],
  }) as const;

const PHASES = [
  { name: 'first', startNs: 2 * S, drainedNs: 10 * S },
  { name: 'second', startNs: 12 * S, drainedNs: 20 * S },
];

describe('contract drift', () => {
  it('is counted by class, and placed in the phase that ran when the changed list came in', () => {
    const changes = [
      drift(2, 'changed', 'breaking'),
      drift(10, 'added', 'informational'),
      drift(11, 'changed', 'informational'),
      drift(15, 'removed', 'breaking'),
      drift(21, 'changed', 'breaking'),
    ];
    const seen = driftOf([WATCHED, ...changes, UNWATCHED], PHASES);
    expect(seen).toMatchObject({
      everyNs: 500 * MS,
      tools: 3,
      polls: 58,
      failedPolls: 2,
      longestGapNs: 1500 * MS,
      breaking: 3,
      informational: 2,
    });
    expect(seen?.changes.map(({ phase }) => phase)).toEqual(['first', 'first', null, 'second', null]);
    expect(seen?.changes[3]).toEqual({
      tool: 'search',
      kind: 'removed',
      class: 'breaking',
      phase: 'second',
      askedNs: 15 * S - 2 * MS,
      answeredNs: 15 * S,
      unchangedNs: 15 * S - 502 * MS,
      before: 'aa',
      after: 'bb',
      changes: [{ class: 'breaking', what: 'something changed' }],
    });
  });

  it('has no poll counts where the record ends before they were taken, and is null where nothing was watched', () => {
    expect(driftOf([WATCHED], PHASES)).toMatchObject({ polls: null, failedPolls: null, longestGapNs: null });
    expect(driftOf([drift(3, 'changed', 'breaking')], PHASES)).toBeNull();
  });
});
