/**
 * The doctor: is this machine fit to measure?
 *
 * Owns which facts speak for or against measuring here, what is good enough, and what to do when it is not; starts each
 * part a run needs, once, and stops it again. Does not own: reading the machine (`envelope`), the parts themselves
 * (`load`, `stack`, `toxiproxy`, `mcp`), or printing (`cli`).
 */
export { examine, type DoctorListener, type DoctorRequest } from './examine.js';
export type { Check, CheckId, CheckStatus, DoctorReport } from './check.js';
