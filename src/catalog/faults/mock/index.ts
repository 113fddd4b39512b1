/** Faults inside a `tools` mock, one file each. What the mock itself does is in `mock-servers/tools/faults`. */
import { scenarioShare } from '../../../format/index.js';
import type { z } from 'zod';
import {
  CONTROL_PATHS,
  faultObjections,
  type MockFault,
  type MockFaultKind,
  type MockFaultParameters,
  type MockTool,
} from '../../../protocol/index.js';
import { suggestion } from '../../../problem/index.js';
import type { CheckReport } from '../../grammar/index.js';
import { keyedByType } from '../common.js';
import { CHOOSING, whichOf, type MockFaultDescriptor } from './descriptor.js';
import { duplicateEffect } from './duplicate-effect.js';
import { error } from './error.js';
import { isError } from './is-error.js';
import { lostEffect } from './lost-effect.js';
import { malformedSse } from './malformed-sse.js';
import { memoryLeak } from './memory-leak.js';
import { misdelivered } from './misdelivered.js';
import { rpcError } from './rpc-error.js';
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

export const MOCK_FAULTS = keyedByType({
  error,
  'rpc-error': rpcError,
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
} satisfies { readonly [K in MockFaultKind]: MockFaultDescriptor<K> });

export type MockFaultText = z.output<(typeof MOCK_FAULTS)[MockFaultKind]['schema']>;

const descriptorOf = (kind: MockFaultKind): MockFaultDescriptor<MockFaultKind, z.ZodType<MockFaultText>> =>
  MOCK_FAULTS[kind];

/** The message that asks the mock for a fault, without times: those are the timeline's. @param seed of the fault. */
export function mockMessage(text: MockFaultText, seed: number): MockFault {
  const which = whichOf(text, seed);
  const parameters: MockFaultParameters<MockFaultKind> = descriptorOf(text.type).parameters(text);
  // The list above holds each kind with the parameters of its own message.
  return {
    kind: text.type,
    ...(text.tool === undefined ? {} : { tool: text.tool }),
    ...(which === null ? {} : { which }),
    ...parameters,
  } as MockFault;
}

/** Where and which calls, for people: `shed 503 in backend (search, one call in 2)`. @param seed of the fault. */
export function mockWords(text: MockFaultText, seed: number): string {
  const affected = [text.tool ?? '', whichWords(text, seed)].filter((part) => part !== '').join(', ');
  return `${descriptorOf(text.type).words(text)} in ${text.on}${affected === '' ? '' : ` (${affected})`}`;
}

/** Numbers listed for people at most. */
const MOST_LISTED = 8;

function whichWords({ every, calls, probability }: MockFaultText, seed: number): string {
  if (every !== undefined) return every === 1 ? 'every call' : `one call in ${every}`;
  if (calls !== undefined) {
    const more = calls.length > MOST_LISTED ? `, ... (${calls.length})` : '';
    return `calls ${calls.slice(0, MOST_LISTED).join(', ')}${more}`;
  }
  return probability === undefined ? '' : `${scenarioShare(probability)} of calls, seed ${seed}`;
}

/** What is asked of the mock at both edges. */
export function mockRequests(message: MockFault): { readonly on: string; readonly off: string } {
  return { on: `POST ${CONTROL_PATHS.faults} ${JSON.stringify(message)}`, off: `DELETE ${CONTROL_PATHS.faults}/ID` };
}

/** Checks of a fault in the mock `fault.on` that has these tools. */
export function checkMockFault(
  fault: MockFaultText,
  report: CheckReport,
  { tools, watchesContract }: { readonly tools: readonly MockTool[]; readonly watchesContract: boolean },
): void {
  const chosen = CHOOSING.filter((key) => fault[key] !== undefined);
  const [chooses = null, second] = chosen;
  if (second !== undefined) {
    const what = `a fault can't have ${chosen.join(' and ')} at once`;
    report.error({ key: [second] }, 'contradiction', { what, remedy: 'keep one of them' });
    return;
  }
  const names = tools.map(({ name }) => name);
  if (fault.tool !== undefined && !names.includes(fault.tool)) {
    report.error(['tool'], 'unknown-tool', {
      what: `"${fault.on}" has no tool "${fault.tool}"`,
      remedy: suggestion(fault.tool, names, 'tools'),
    });
    return;
  }
  let isFine = true;
  const error: CheckReport['error'] = (...problem) => {
    isFine = false;
    report.error(...problem);
  };
  descriptorOf(fault.type).check(fault, { ...report, error }, { tools, watchesContract, chooses });
  if (!isFine) return;
  for (const objection of faultObjections(mockMessage(fault, 0), tools))
    report.error(['type'], 'affects-nothing', {
      what: objection,
      remedy: 'name a tool that it can affect, or give the mock one',
    });
}
