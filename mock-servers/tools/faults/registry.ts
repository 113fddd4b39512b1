/** The behaviours of all kinds of faults. */
import type { Behaviour, BehaviourOf, FaultedServer } from './behaviour.js';
import { duplicateEffect } from './duplicate-effect.js';
import { error } from './error.js';
import { isError } from './is-error.js';
import { lostEffect } from './lost-effect.js';
import { malformedSse } from './malformed-sse.js';
import { memoryLeak } from './memory-leak.js';
import { misdelivered } from './misdelivered.js';
import type { FaultOf, MockFaultKind } from '../../../src/protocol/index.js';
import { rpcErrorFault } from './rpc-error.js';
import { schemaDrift } from './schema-drift.js';
import { sessionLeak } from './session-leak.js';
import { sessionLoss } from './session-loss.js';
import { shed } from './shed.js';
import { slowFirstByte } from './slow-first-byte.js';
import { sseCut } from './sse-cut.js';
import { stale } from './stale.js';
import { stall } from './stall.js';
import { truncatedJson } from './truncated-json.js';
import { wrongResult } from './wrong-result.js';

const BEHAVIOURS: { readonly [K in MockFaultKind]: BehaviourOf<K> } = {
  error,
  'rpc-error': rpcErrorFault,
  'is-error': isError,
  shed,
  stall,
  'slow-first-byte': slowFirstByte,
  'wrong-result': wrongResult,
  misdelivered,
  stale,
  'truncated-json': truncatedJson,
  'malformed-sse': malformedSse,
  'sse-cut': sseCut,
  'session-loss': sessionLoss,
  'schema-drift': schemaDrift,
  'duplicate-effect': duplicateEffect,
  'lost-effect': lostEffect,
  'memory-leak': memoryLeak,
  'session-leak': sessionLeak,
};

/** A fault's behaviour; `kind` is `fault.kind`. */
export function behaviourOf<K extends MockFaultKind>(kind: K, fault: FaultOf<K>, server: FaultedServer): Behaviour {
  return BEHAVIOURS[kind](fault, server);
}
