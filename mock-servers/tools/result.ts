/** Results as JSON, with the mock's own times in them. */
import { META_CALL, META_STAMPS } from '../../src/protocol/index.js';
import type { MockClock } from '../timing/mock-clock.js';

/** The text of an answer, and a second one; null: there is none. */
interface Texts {
  readonly text: string;
  readonly isError: boolean;
  readonly padding: string | null;
}

/** How results of one operation hold their texts. */
export interface ResultForm {
  /** Whether such a result can say that the operation failed; where it can't, a failure is a JSON-RPC error. */
  readonly hasIsError: boolean;
  /** The members before `_meta`, as JSON text with a comma after each. */
  readonly members: (texts: Texts) => string;
}

interface Shown extends Texts {
  readonly callId: string | null;
}

const textBlock = (text: string): string => `{"type":"text","text":${JSON.stringify(text)}}`;

export const TOOL_RESULT: ResultForm = {
  hasIsError: true,
  members: ({ text, isError, padding }) =>
    `"content":[${textBlock(text)}${padding === null ? '' : `,${textBlock(padding)}`}],` +
    (isError ? '"isError":true,' : ''),
};

export function resourceResult(uri: string, mimeType: string): ResultForm {
  const before = `{"uri":${JSON.stringify(uri)},"mimeType":${JSON.stringify(mimeType)},"text":`;
  const content = (text: string): string => `${before}${JSON.stringify(text)}}`;
  return {
    hasIsError: false,
    members: ({ text, padding }) => `"contents":[${content(text)}${padding === null ? '' : `,${content(padding)}`}],`,
  };
}

const userMessage = (text: string): string => `{"role":"user","content":${textBlock(text)}}`;

export const PROMPT_RESULT: ResultForm = {
  hasIsError: false,
  members: ({ text, padding }) =>
    `"messages":[${userMessage(text)}${padding === null ? '' : `,${userMessage(padding)}`}],`,
};

/** A completion is one value: padding would be another. */
export const COMPLETION_RESULT: ResultForm = {
  hasIsError: false,
  members: ({ text }) => `"completion":{"values":[${JSON.stringify(text)}],"total":1,"hasMore":false},`,
};

/** The result with its text, and the stamps (nanoseconds of the mock's clock) in its `_meta`. */
export function resultJson(
  form: ResultForm,
  { absolute }: MockClock,
  { callId, ...texts }: Shown,
  receivedNs: number,
  startedNs: number,
  finishedNs: number,
): string {
  const echo = callId === null ? '' : `"${META_CALL}":${JSON.stringify(callId)},`;
  return (
    `{${form.members(texts)}"_meta":{${echo}` +
    `"${META_STAMPS}":{"received":"${absolute(receivedNs)}","started":"${absolute(startedNs)}",` +
    `"finished":"${absolute(finishedNs)}"}}}`
  );
}
