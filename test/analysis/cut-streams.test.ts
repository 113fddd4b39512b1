/** Streams that were cut in a revision without sessions: calls made again, and what that executed twice. */
import { describe, expect, it } from 'vitest';
import { analyse, type SideEffects } from '../../src/analysis/index.js';
import type { Plan } from '../../src/plan/index.js';
import type { EffectRow } from '../../src/record/index.js';
import type { Protocol } from '../../src/scenario/index.js';
import { recordOf, type Attempt } from './fixtures/record.js';
import { MS, S, callSpec, sketchPlan, stage } from './fixtures/scenario.js';

type Change = Partial<Pick<Protocol, 'revision' | 'transport' | 'detectsRevision'>>;

function planOf(change: Change = { revision: '2026-07-28' }): Plan {
  const plan = sketchPlan({
    phases: [{ name: 'steady', stages: [stage('main', 10, 2 * S)], arrivals: 'constant' }],
    calls: [callSpec('book', { effect: 'exactly-once' }), callSpec('find')],
  });
  const protocol: Protocol = { ...plan.scenario.protocol, ...change };
  return { ...plan, scenario: { ...plan.scenario, protocol } };
}

const CUT = { outcome: 'transport', errorClass: 'closed-early' } as const;

/** Attempts of call `callId`, 100 ms long and 10 ms apart; all but the last end with a cut, or as it says. */
function call(callId: number, ...endings: readonly Partial<Attempt>[]): readonly Attempt[] {
  return endings.map((ending, attempt) => {
    const intendedNs = callId * 10 * MS + attempt * 110 * MS;
    const final = attempt === endings.length - 1;
    return { callId, attempt, intendedNs, doneNs: intendedNs + 100 * MS, final, ...ending };
  });
}

/** An execution near the end of an attempt. */
const executed = (callId: number, attempt: number): EffectRow => ({
  callId,
  tool: 'book',
  atNs: callId * 10 * MS + attempt * 110 * MS + 90 * MS,
});

function cutStreams(
  attempts: readonly Attempt[],
  effects: readonly EffectRow[] = [],
  plan = planOf(),
  envelope: unknown = {},
): SideEffects['cutStreams'] {
  return analyse({ record: recordOf(plan, attempts, { effects, envelope }), plan }).summary.sideEffects.cutStreams;
}

describe('streams cut before the answer, without sessions', () => {
  it('are counted by whether their calls were made again', () => {
    const attempts = [...call(0, {}), ...call(1, CUT, {}), ...call(2, CUT, CUT, {}), ...call(3, CUT)];
    expect(cutStreams(attempts)).toMatchObject({ cut: 4, reissued: 3, notReissued: 1 });
  });

  it('are of every way in which a stream can end, and of no other failure', () => {
    const cuts = (['closed-early', 'connection-reset', 'http-malformed', 'sse-no-answer'] as const).flatMap(
      (errorClass, callId) => call(callId, { outcome: 'transport', errorClass }),
    );
    const others = (['attempt-timeout', 'sse-malformed', 'rpc-error', 'http-5xx'] as const).flatMap((errorClass, n) =>
      call(10 + n, { outcome: 'transport', errorClass }),
    );
    expect(cutStreams([...cuts, ...others])?.cut).toBe(4);
  });

  it('had begun: what broke off before the head of an answer is no stream', () => {
    const plan = planOf();
    const record = recordOf(plan, call(0, CUT, {}));
    const samples = { ...record.samples, httpStatus: Uint16Array.from([0, 200]) };
    const { sideEffects } = analyse({ record: { ...record, samples }, plan }).summary;
    expect(sideEffects.cutStreams?.cut).toBe(0);
  });

  it('caused as many duplicates as requests made again executed a call that had been executed', () => {
    const attempts = [
      ...call(0, CUT, {}), // Executed both times.
      ...call(1, CUT, {}), // Only the second time: the first request never got so far.
      ...call(2, CUT, CUT, {}), // Three times.
      ...call(3, CUT), // Once, and nobody asked again.
      ...call(4, { outcome: 'shed', errorClass: 'http-503' }, {}), // Twice, but not for the sake of a stream.
      ...call(5, {}), // Twice by the server itself.
    ];
    const effects = [
      ...[executed(0, 0), executed(0, 1), executed(1, 1), executed(2, 0), executed(2, 1), executed(2, 2)],
      ...[executed(3, 0), executed(4, 0), executed(4, 1), executed(5, 0), executed(5, 0)],
    ];
    expect(cutStreams(attempts, effects)).toEqual({ cut: 5, reissued: 4, notReissued: 1, duplicates: 3 });
  });

  it('caused one duplicate where a server executed twice what was asked of it again', () => {
    const effects = [executed(0, 0), executed(0, 1), executed(0, 1)];
    expect(cutStreams(call(0, CUT, {}), effects)?.duplicates).toBe(1);
  });

  it('caused none of a call that may be executed twice, and an unknown number without a ledger', () => {
    const find = call(0, { ...CUT, spec: 1 }, { spec: 1 });
    expect(cutStreams([...find, ...call(1, {})], [executed(1, 0)])?.duplicates).toBe(0);
    expect(cutStreams(call(0, CUT, {}))?.duplicates).toBeNull();
  });

  it('are looked for in the revision that was spoken, over HTTP alone', () => {
    const attempts = call(0, CUT, {});
    const spoken = (protocolVersion: string) => ({ target: { protocolVersion: { value: protocolVersion } } });
    const detected = planOf({ detectsRevision: true });
    expect(cutStreams(attempts, [], planOf({}))).toBeNull();
    expect(cutStreams(attempts, [], planOf({ revision: '2026-07-28', transport: 'stdio' }))).toBeNull();
    expect(cutStreams(attempts, [], detected, spoken('2025-11-25'))).toBeNull();
    expect(cutStreams(attempts, [], detected, spoken('2026-07-28'))).toMatchObject({ cut: 1, reissued: 1 });
    expect(cutStreams(attempts, [], detected)).toBeNull();
  });
});
