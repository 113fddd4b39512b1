/**
 * Secrets: the values of `${secret.NAME}`, kept out of everything that leaves the program.
 *
 * Owns the forms in which a secret is recognised, and the redactors that every text passes: where it comes in from
 * others, before it is shortened, and where it goes out. Does not own: which secrets a scenario names (`scenario`).
 */
export { SHORTEST_SECRET } from './forms.js';
export { keepSecrets, keptSecrets, redactForeign, redactOurs, redactProblem, redactThrown } from './known.js';
export { redactorOf, type Redact, type Secrets } from './redactor.js';
