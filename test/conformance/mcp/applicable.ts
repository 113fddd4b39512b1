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
    ...['tools-list', 'resources-list', 'prompts-list', 'sep-2164-resource-not-found', 'caching'],
    ...['http-header-validation', 'server-sse-multiple-streams', 'dns-rebinding-protection'],
    'input-required-result-unsupported-methods',
  ],
} as const;
