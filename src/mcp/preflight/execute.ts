/** Each planned call, made once through the official SDK and judged by the oracle of the run. */
import { META_CALL } from '../../protocol/index.js';
import { monotonicNow } from '../../clock/index.js';
import { ERROR_CLASSES, OUTCOMES, type ErrorClass, type Outcome } from '../../record/index.js';
import type { Oracle } from '../oracle/index.js';
import type { AttemptSlot } from '../channel.js';
import {
  carriesCallId,
  operationOf,
  parameterValues,
  type CallSpec,
  type HeaderParameter,
} from '../../catalog/index.js';
import type { Protocol } from '../../scenario/index.js';
import { excerpt } from '../eras/index.js';
import { markExact } from './exact-integers.js';
import type { Connected } from './connect.js';
import { judgeFailure } from './sdk-failure.js';

export interface Executed {
  readonly label: string;
  readonly outcome: Outcome;
  readonly errorClass: ErrorClass;
  readonly tookNs: number;
}

export interface Execution {
  readonly executed: Executed;
  /** JSON-RPC error code, or 0. */
  readonly rpcCode: number;
  /** Text of the answer or the error, short; '' when there is none. */
  readonly detail: string;
  readonly timedOut: boolean;
  /** Why the SDK's own schema refuses the result; '' when it does not. */
  readonly refusal: string;
}

/**
 * Executes the call in `slot` (its arguments and expected text are filled in). Never rejects.
 *
 * The call's id is `preflight-N`, so that an upstream's ledger separates these executions from those of the run.
 */
export async function execute(
  { client, tooLarge, ending }: Pick<Connected, 'client' | 'tooLarge' | 'ending'>,
  oracle: Oracle,
  call: CallSpec,
  slot: AttemptSlot,
  timeoutMs: number,
  protocol: Pick<Protocol, 'trace'>,
  headerParameters: readonly HeaderParameter[] = [],
): Promise<Execution> {
  const sdk = await import('@modelcontextprotocol/sdk/types.js');
  const operation = operationOf(call);
  const { before, after } = operation.params(call);
  const params = {
    ...(JSON.parse(`{${before}${markExact(slot.argumentsJson)}${after}}`) as Record<string, unknown>),
    ...(carriesCallId(call, protocol) ? { _meta: { [META_CALL]: `preflight-${slot.spec}` } } : {}),
  };
  const startedNs = monotonicNow();
  let detail: string;
  let timedOut = false;
  let refusal = '';
  try {
    const headers = Object.fromEntries(parameterValues(headerParameters, slot.argumentsJson));
    const result = await client.request(operation.method, params, { timeoutMs, signal: tooLarge, headers });
    const message = { jsonrpc: '2.0', id: slot.rpcId, result };
    oracle.judgeMessage(slot, message);
    detail = excerpt(oracle.brokenPromise(slot, message) || (operation.answerTexts(result)[0] ?? ''));
    const read = operation.sdkResult === null ? null : sdk[operation.sdkResult].safeParse(result);
    if (read?.success === false) refusal = excerpt(issueText(read.error.issues));
  } catch (thrown) {
    const known = { isTooLarge: tooLarge.aborted, hasEnded: ending() !== null };
    ({ detail, timedOut } = judgeFailure(thrown, slot, oracle, known));
  }
  return {
    executed: {
      label: call.label,
      outcome: timedOut ? 'deadline' : (OUTCOMES[slot.outcome] ?? 'generator'),
      errorClass: ERROR_CLASSES[slot.errorClass] ?? 'generator-error',
      tookNs: Number(monotonicNow() - startedNs),
    },
    rpcCode: slot.rpcCode,
    detail,
    timedOut,
    refusal,
  };
}

/** The first of the faults that the SDK's schema finds, with its place. */
function issueText(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const [first] = issues;
  return first === undefined ? '' : `result.${first.path.map(String).join('.')}: ${first.message}`;
}
