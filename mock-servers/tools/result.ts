/** A tool's result as JSON, with the mock's own times in it. */
import { META_CALL, META_STAMPS } from '../../src/protocol/index.js';
import type { MockClock } from '../timing/mock-clock.js';

interface Shown {
  readonly text: string;
  readonly isError: boolean;
  readonly callId: string | null;
  /** A second text; null: there is none. */
  readonly padding: string | null;
}

/** The result with its text, and the stamps (nanoseconds of the mock's clock) in its `_meta`. */
export function resultJson(
  { absolute }: MockClock,
  { text, isError, callId, padding }: Shown,
  receivedNs: number,
  startedNs: number,
  finishedNs: number,
): string {
  const echo = callId === null ? '' : `"${META_CALL}":${JSON.stringify(callId)},`;
  const more = padding === null ? '' : `,{"type":"text","text":${JSON.stringify(padding)}}`;
  return (
    `{"content":[{"type":"text","text":${JSON.stringify(text)}}${more}],${isError ? '"isError":true,' : ''}` +
    `"_meta":{${echo}` +
    `"${META_STAMPS}":{"received":"${absolute(receivedNs)}","started":"${absolute(startedNs)}",` +
    `"finished":"${absolute(finishedNs)}"}}}`
  );
}
