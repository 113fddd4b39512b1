/**
 * Streams that were cut before the answer, in a revision without sessions. There the rest of an answer can't be asked
 * for: the client has to make the call again, under an id of its own (MCP 2026-07-28, Transports). Where the first
 * request had taken effect, the second one makes a duplicate that the protocol itself demands.
 */
import { REVISIONS, eraOf, toolOf } from '../../catalog/index.js';
import { SAMPLE_FLAGS, errorClassCode, type EffectRow, type SampleColumns } from '../../record/index.js';
import type { CallSpec } from '../../scenario/index.js';
import { spokenRevisionOf } from '../environment/index.js';
import type { EffectsInput } from './run.js';
import type { CutStreams } from './types.js';

/** How a stream ends before its answer. Where none had begun, the attempt has no HTTP status. */
const CUT = new Set(
  (['closed-early', 'connection-reset', 'http-malformed', 'sse-no-answer'] as const).map(errorClassCode),
);

/** Over the whole run, warm-up included. Null: in the revision of this run the rest of an answer is asked for. */
export function cutStreamsOf(run: EffectsInput): CutStreams | null {
  if (!hasOneStreamACall(run)) return null;
  const { record, plan, executions } = run;
  const { samples } = record;
  let cut = 0;
  const again: number[] = [];
  for (let row = 0; row < samples.length; row++) {
    if (!isCut(samples, row)) continue;
    cut++;
    if (((samples.flags[row] ?? 0) & SAMPLE_FLAGS.final) === 0) again.push(row);
  }
  return {
    cut,
    reissued: again.length,
    notReissued: cut - again.length,
    duplicates: executions === null ? null : duplicatesAfter(again, samples, plan.scenario.calls, record.effects),
  };
}

function hasOneStreamACall({ record, plan }: EffectsInput): boolean {
  const { transport, revision, detectsRevision } = plan.scenario.protocol;
  if (transport !== 'streamable-http') return false;
  if (detectsRevision !== true) return eraOf(revision) === 'stateless';
  const found = spokenRevisionOf(record.envelope);
  const spoken = REVISIONS.find((known) => known === found);
  return spoken !== undefined && eraOf(spoken) === 'stateless';
}

function isCut({ errorClass, httpStatus }: SampleColumns, row: number): boolean {
  const status = httpStatus[row] ?? 0;
  return status >= 200 && status < 300 && CUT.has(errorClass[row] ?? 0);
}

interface Sent {
  readonly attempt: number;
  readonly sentNs: number;
  readonly isCut: boolean;
}

/**
 * Requests that were sent since the one before them was cut, and that were executed though their call had been executed
 * already. An execution belongs to the last request of its call that was sent before it.
 */
function duplicatesAfter(
  again: readonly number[],
  samples: SampleColumns,
  specs: readonly CallSpec[],
  effects: readonly EffectRow[],
): number {
  const toolOfCall = new Map<number, string | null>();
  for (const row of again) {
    const spec = specs[samples.spec[row] ?? 0];
    if (spec?.effect === 'exactly-once') toolOfCall.set(samples.callId[row] ?? -1, toolOf(spec));
  }
  if (toolOfCall.size === 0) return 0;
  const sent = new Map<number, Sent[]>();
  for (let row = 0; row < samples.length; row++) {
    const callId = samples.callId[row] ?? -1;
    if (!toolOfCall.has(callId)) continue;
    const attempt = { attempt: samples.attempt[row] ?? 0, sentNs: samples.sentNs[row] ?? NaN };
    listIn(sent, callId).push({ ...attempt, isCut: isCut(samples, row) });
  }
  const executed = new Map<number, number[]>();
  for (const { callId, tool, atNs } of effects)
    if (callId !== null && toolOfCall.get(callId) === tool) listIn(executed, callId).push(atNs);
  let duplicates = 0;
  for (const [callId, requests] of sent) duplicates += repeatedIn(requests, executed.get(callId) ?? []);
  return duplicates;
}

function repeatedIn(requests: Sent[], executedNs: readonly number[]): number {
  requests.sort((a, b) => a.attempt - b.attempt);
  const owners = new Set(executedNs.map((atNs) => requests.findLastIndex(({ sentNs }) => sentNs <= atNs)));
  const isRepeated = (index: number): boolean =>
    requests[index - 1]?.isCut === true && owners.has(index) && [...owners].some((owner) => owner < index);
  return requests.filter((_, index) => isRepeated(index)).length;
}

function listIn<Item>(lists: Map<number, Item[]>, key: number): Item[] {
  const known = lists.get(key);
  if (known !== undefined) return known;
  const made: Item[] = [];
  lists.set(key, made);
  return made;
}
