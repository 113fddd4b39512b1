/** A tool's result as JSON, with the mock's own times in it. */
import { META_CALL, META_STAMPS } from '../../src/protocol/index.js';
import type { MockClock } from '../timing/mock-clock.js';

/** The result with one text, and the stamps (nanoseconds of the mock's clock) in its `_meta`. */
export function resultJson(
  { absolute }: MockClock,
  { text, isError, callId }: { readonly text: string; readonly isError: boolean; readonly callId: string | null },
  receivedNs: number,
  startedNs: number,
  finishedNs: number,
): string {
  const echo = callId === null ? '' : `"${META_CALL}":${JSON.stringify(callId)},`;
  return (
    `{"content":[{"type":"text","text":${JSON.stringify(text)}}],${isError ? '"isError":true,' : ''}"_meta":{${echo}` +
    `"${META_STAMPS}":{"received":"${absolute(receivedNs)}","started":"${absolute(startedNs)}",` +
    `"finished":"${absolute(finishedNs)}"}}}`
  );
}
