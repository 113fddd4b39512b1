/** What an attempt ends as: error classes, and the outcome that each belongs to. */
import { errorClassCode, outcomeCode, type ErrorClass, type Outcome } from '../../record/index.js';
import type { AttemptSlot } from '../channel.js';

/** Which outcome each error class that a channel can see belongs to (the definitions of the outcomes, in reverse). */
const OUTCOME_OF: Readonly<Partial<Record<ErrorClass, Outcome>>> = {
  none: 'ok',
  'generator-error': 'generator',
  'answer-too-large': 'generator',
  'http-401': 'auth',
  'http-403': 'auth',
  'http-429': 'shed',
  'http-503': 'shed',
  'rpc-overload': 'shed',
  'http-404': 'session',
  'session-unknown': 'session',
  'http-4xx': 'protocol',
  'http-3xx': 'protocol',
  'rpc-error': 'protocol',
  'not-json-rpc': 'protocol',
  'content-type': 'protocol',
  'content-coding': 'protocol',
  'tool-error': 'tool',
  'wrong-id': 'semantic',
  'wrong-value': 'semantic',
  'no-content': 'semantic',
  'bad-result': 'semantic',
  'output-schema': 'semantic',
  'input-required': 'protocol',
  'foreign-answer': 'semantic',
};

/** Outcome of an error class; everything not named is a failure of the transport. */
export function outcomeOf(errorClass: ErrorClass): Outcome {
  return OUTCOME_OF[errorClass] ?? 'transport';
}

/** The part of a slot that judging reads and writes. */
export type Judged = Pick<
  AttemptSlot,
  | 'spec'
  | 'callId'
  | 'expectedText'
  | 'rpcId'
  | 'outcome'
  | 'errorClass'
  | 'httpStatus'
  | 'rpcCode'
  | 'retryAfterNs'
  | 'sentNs'
  | 'doneNs'
  | 'receivedNs'
  | 'startedNs'
  | 'finishedNs'
>;

const NONE = errorClassCode('none');
const OK = outcomeCode('ok');

/** Writes an error class and its outcome into the slot. */
export function settle(slot: Judged, errorClass: ErrorClass): void {
  // Nearly every answer is right: that needs no table.
  slot.errorClass = errorClass === 'none' ? NONE : errorClassCode(errorClass);
  slot.outcome = errorClass === 'none' ? OK : outcomeCode(outcomeOf(errorClass));
}

/** Forgets everything an earlier attempt left in the slot. */
export function clearAnswer(slot: AttemptSlot): void {
  slot.firstByteNs = Number.NaN;
  slot.doneNs = Number.NaN;
  slot.receivedNs = Number.NaN;
  slot.startedNs = Number.NaN;
  slot.finishedNs = Number.NaN;
  slot.httpStatus = 0;
  slot.rpcCode = 0;
  slot.bytesIn = 0;
  slot.retryAfterNs = 0;
}
