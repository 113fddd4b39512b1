/**
 * What of the official conformance suite applies to us: every scenario that is not named here has to pass. The list was
 * written before the mocks and drivers were held against the suite, and grows only with a reason.
 */

const NO_OAUTH = 'OAuth is not spoken here: a token is given in protocol.headers';
const NO_SKILLS = 'the skills extension is not offered';
const NO_TASKS = 'the tasks extension is not offered';

/** Scenarios of the server mode, for the mock that has the fixtures. The suite skips extensions by itself. */
export const SERVER_NOT_APPLICABLE: readonly (readonly [RegExp, string])[] = [
  [/^tasks-/, NO_TASKS],
  [/^sep-2640-/, NO_SKILLS],
  [/^auth/, NO_OAUTH],
];

/** Scenarios of the client mode. */
export const CLIENT_NOT_APPLICABLE: readonly (readonly [RegExp, string])[] = [
  [/^auth/, NO_OAUTH],
  [/^sep-2640-/, NO_SKILLS],
  [/^tasks-/, NO_TASKS],
  [/^elicitation-sep1034-client-defaults$/, 'no capability is offered: there is no user who could be asked'],
  [/^sep-2322-client-request-state$/, 'no capability is offered: a demand for input ends the call (input-required)'],
  [/^json-schema-2020-12-preservation$/, 'a call sends what the scenario says, never what a server has listed'],
];

/** Scenarios that need no fixtures: they hold for the tools mock as well. */
export const WITHOUT_FIXTURES = {
  '2025-11-25': [
    ...['server-initialize', 'server-session-lifecycle', 'ping', 'tools-list', 'resources-list', 'prompts-list'],
    ...['logging-set-level', 'server-sse-multiple-streams', 'dns-rebinding-protection'],
  ],
  '2026-07-28': [
    ...['tools-list', 'resources-list', 'prompts-list', 'caching'],
    ...['http-header-validation', 'dns-rebinding-protection'],
  ],
} as const;

/**
 * Scenarios of the server mode that are green against a server which refuses every request, and so say nothing of one
 * that does not: they are not counted. The suite finds them anew each time, and the list has to agree.
 */
export const ACCEPTS_ANY_ERROR = {
  '2025-11-25': [],
  '2026-07-28': [
    ...['input-required-result-ignore-extra-params', 'input-required-result-missing-input-response'],
    ...['input-required-result-unsupported-methods', 'input-required-result-validate-input'],
    ...['sep-2164-resource-not-found', 'server-sse-multiple-streams'],
  ],
} as const;

/** Scenarios of version 0.1.16, which knows no later revision than 2025-11-25: those that need no fixtures. */
export const WITHOUT_FIXTURES_BEFORE = [
  ...['server-initialize', 'ping', 'tools-list', 'resources-list', 'prompts-list', 'logging-set-level'],
  ...['server-sse-multiple-streams', 'dns-rebinding-protection'],
] as const;
