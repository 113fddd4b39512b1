/** The operations there are. Another one is a file of its own, a member of `CallRequest`, and a line here. */
import type { z } from 'zod';
import { choice, describeValue, isMap, problemOf, wordOf, type CheckReport } from '../grammar/index.js';
import { suggestion } from '../../problem/index.js';
import type { CallRequest, CallSpec, OperationName } from './call-spec.js';
import { eraOf, type Revision } from './era.js';
import type { Operation, ServerFacts } from './operation.js';
import { checkPolicy, policyOf } from './policy.js';
import { completionComplete } from './completion-complete.js';
import { loggingSetLevel } from './logging-set-level.js';
import { ping } from './ping.js';
import { promptsGet } from './prompts-get.js';
import { promptsList } from './prompts-list.js';
import { resourceTemplatesList } from './resource-templates-list.js';
import { resourcesList } from './resources-list.js';
import { resourcesRead } from './resources-read.js';
import { toolsCall } from './tools-call.js';
import { toolsList } from './tools-list.js';

const OPERATIONS = {
  'tools/call': toolsCall,
  'tools/list': toolsList,
  'resources/list': resourcesList,
  'resources/templates/list': resourceTemplatesList,
  'resources/read': resourcesRead,
  'prompts/list': promptsList,
  'prompts/get': promptsGet,
  'completion/complete': completionComplete,
  ping,
  'logging/setLevel': loggingSetLevel,
} as const satisfies { readonly [Name in OperationName]: Operation<Extract<CallRequest, { operation: Name }>> };

const NAMES = Object.keys(OPERATIONS);
const DEFAULT_OPERATION: OperationName = 'tools/call';

/** One of `calls:`; which operation's, its key `operation` says. */
export const CallText = choice(
  Object.values(OPERATIONS).map(({ text }) => text),
  (input) => {
    const written = isMap(input) && Object.hasOwn(input, 'operation') ? input['operation'] : DEFAULT_OPERATION;
    const found = NAMES.findIndex((name) => name === written);
    const remedy = suggestion(wordOf(written), NAMES, 'operations');
    return found === -1
      ? problemOf('unknown-value', `unknown operation ${describeValue(written)}`, remedy, 'operation')
      : found;
  },
);
export type CallText = z.output<typeof CallText>;

/** The operation of a call. */
export function operationOf({ operation }: CallRequest): Operation {
  return OPERATIONS[operation];
}

/** The tool that a call runs; null where its operation runs none. */
export function toolOf(call: CallRequest): string | null {
  return operationOf(call).tool(call);
}

/** The name by which the target knows the tool that a call runs; null where its operation runs none. */
export function listedToolOf(call: CallRequest): string | null {
  const tool = toolOf(call);
  return tool !== null && 'asked' in call ? (call.asked ?? tool) : tool;
}

/** What a call acts on. */
export function subjectOf(call: CallRequest): string {
  return operationOf(call).subject(call);
}

/** Keys of a call that may give it its label when it has no `label`. */
export const SUBJECT_KEYS: readonly string[] = Object.values(OPERATIONS).map(({ subjectKey }) => subjectKey);

/** The key that names what this call acts on. */
export function subjectKeyOf(written: CallText): string {
  return OPERATIONS[written.operation ?? DEFAULT_OPERATION].subjectKey;
}

/** The label of a call as it is written. */
export function labelOf(written: CallText): string {
  return callSpecOf(written).label;
}

/** A call as the run needs it, with every default filled in. */
export function callSpecOf(written: CallText): CallSpec {
  const operation: Operation = OPERATIONS[written.operation ?? DEFAULT_OPERATION];
  const request = operation.request(written);
  return { ...request, ...policyOf(written, operation.subject(request)) };
}

/** Problems of one call: with its limits, its operation, and the server that it reaches. Places count from the call. */
export function checkCall(written: CallText, revision: Revision | undefined, server: ServerFacts, report: CheckReport) {
  checkPolicy(written, report);
  const operation: Operation = OPERATIONS[written.operation ?? DEFAULT_OPERATION];
  if (revision !== undefined && !operation.eras[eraOf(revision)])
    report.error([], 'no-such-operation', {
      what: `MCP ${revision} has no ${operation.method}`,
      remedy: 'ask for another protocol.revision, or delete the call',
    });
  operation.check(written, server, report);
  if (written.effect === 'exactly-once' && (server.kind === 'service' || server.kind === 'outside'))
    report.warn(['effect'], 'no-ledger', {
      what: 'only a mock service of this scenario has a ledger: effects will not be counted',
      remedy: 'delete this line',
    });
  if (written.expect === 'derived' && server.kind === 'service')
    report.warn(['expect'], 'derived-elsewhere', {
      what: 'only mock servers derive their answers: any other answer will be judged wrong',
      remedy: 'use { text: ... }, { contains: ... } or success',
    });
}
