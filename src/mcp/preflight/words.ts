/** What the preflight says of what it found. */
import { REVISIONS, subjectOf, type CallSpec } from '../../catalog/index.js';
import { scenarioDuration } from '../../format/index.js';
import type { Problem } from '../../problem/index.js';
import type { ClientAnswers } from '../../scenario/index.js';
import { openingProblem } from '../eras/index.js';
import type { Execution } from './execute.js';

export function olderRevision(spoken: string, asked: string): Problem {
  const canBeAskedFor = REVISIONS.some((revision) => revision === spoken);
  return {
    code: 'older-revision',
    what: `the server speaks MCP ${spoken}, and was asked for ${asked}`,
    remedy: canBeAskedFor
      ? `nothing, or set protocol.revision to ${spoken}`
      : `nothing: the calls are made in MCP ${spoken}, which a scenario can't ask for by itself`,
  };
}

/** Of a server that answers the requests of a revision without sessions, but for the one that says so. */
export function discoveryWarning(
  {
    refusedDiscovery,
    lackedMembers,
  }: { readonly refusedDiscovery: Problem | null; readonly lackedMembers: () => readonly string[] },
  revision: string,
): readonly Problem[] {
  if (refusedDiscovery === null) return [];
  const lacked = lackedMembers();
  const undiscovered: Problem = {
    code: 'not-discovered',
    what: `${refusedDiscovery.what}. It lists its tools in MCP ${revision} all the same, and is called in it`,
    remedy:
      'let it answer server/discover, as servers of that revision have to: clients that ask which revision it ' +
      'speaks find none, or one with sessions',
  };
  return lacked.length === 0 ? [undiscovered] : [undiscovered, incompleteResult(lacked, revision)];
}

const incompleteResult = (lacked: readonly string[], revision: string): Problem => ({
  code: 'incomplete-result',
  what: `its results lack ${lacked.join(', ')}, which MCP ${revision} demands; they count as complete`,
  remedy: 'add what is missing to the server: clients that are built on the official SDK refuse such a result',
});

export function forgottenWarning(shown: string, forgotten: number): Problem {
  const { code, remedy } = openingProblem(shown, { kind: 'session-forgotten' });
  const many = forgotten === 1 ? 'session' : 'sessions';
  return {
    code,
    what: `${shown} forgot ${forgotten} ${many} in a row before one held for three requests`,
    remedy: `expect calls to end as session; ${remedy}`,
  };
}

export function timedOut(what: string): Problem {
  return {
    code: 'preflight-timed-out',
    what: `${what} was not answered before the time of the preflight was over`,
    remedy: 'check the server: a single request must be answered when nothing else is going on',
  };
}

export function deadlineWarning({ label, deadlineNs }: CallSpec): Problem {
  return {
    code: 'deadline-too-short',
    what: `the call "${label}" had no answer within its deadline of ${scenarioDuration(deadlineNs)} in the preflight`,
    remedy: 'lengthen the deadline, or expect calls to miss it: nothing else was going on',
  };
}

const INVALID_PARAMS = -32602;
const NO_SUCH_METHOD = -32601;
const NO_SUCH_RESOURCE = -32002;

/** Whether a server has refused a call in a way that no later call of the kind will be spared. */
export function isRefusal({ operation }: CallSpec, rpcCode: number): boolean {
  if (rpcCode === INVALID_PARAMS) return true;
  if (rpcCode === NO_SUCH_RESOURCE) return operation === 'resources/read';
  return rpcCode === NO_SUCH_METHOD && operation !== 'tools/call';
}

export function refusedCall(call: CallSpec, spec: number, rpcCode: number, detail: string): Problem {
  const { operation, label } = call;
  if (rpcCode === NO_SUCH_METHOD)
    return {
      code: 'no-such-operation',
      what: `the server does not offer ${operation}, which the call "${label}" asks for${detail}`,
      remedy: `delete calls[${spec}], or use a server that offers it`,
    };
  const subject = subjectOf(call);
  return {
    code: 'call-refused',
    what: `the server refuses the call "${label}" (${operation} ${subject}) as invalid${detail}`,
    remedy: operation === 'tools/call' ? `correct calls[${spec}].arguments` : `correct calls[${spec}]`,
  };
}

export function refusalWarning({ label }: CallSpec, refusal: string): Problem {
  return {
    code: 'result-malformed',
    what: `the result of the call "${label}" does not follow the protocol (${refusal}); it counts as ok`,
    remedy: 'correct it in the server: clients that are built on the official SDK refuse this answer',
  };
}

const ASKED_OF_CLIENTS = ['elicitation', 'sampling', 'roots'] as const satisfies readonly (keyof ClientAnswers)[];

/** @param detail what the server said of it. */
export function expectationWarning(
  call: CallSpec,
  execution: Execution,
  detail: string,
  answers: ClientAnswers = {},
): Problem {
  const { outcome, errorClass } = execution.executed;
  const said = detail.toLowerCase();
  const missing = ASKED_OF_CLIENTS.find((kind) => answers[kind] === undefined && said.includes(kind));
  return {
    code: 'expectation-failed',
    what: `the call "${call.label}" ended as ${outcome} (${errorClass}) in the preflight${detail}`,
    remedy:
      outcome === 'session'
        ? ENDS_SESSIONS
        : 'expect the same during the run; if that is not what the scenario is about, correct the call or what it ' +
          'expects' +
          (missing === undefined ? '' : unanswered(missing)),
  };
}

const ENDS_SESSIONS =
  'expect calls to end as session where the server ends its sessions by itself. How many calls are made in one ' +
  'before another is opened is protocol.calls-per-session';

const unanswered = (kind: string): string =>
  `. The server seems to ask its client for ${kind}, which is refused unless "protocol.answers.${kind}" is given`;
