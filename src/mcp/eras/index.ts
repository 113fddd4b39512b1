/**
 * Eras of the protocol: how calls become possible, what header lines their requests have, and what is done when a
 * server no longer knows who calls.
 *
 * Each era is a folder. Owns the seam to the transports (`http-era.ts`). Does not own: which operations an era has
 * (`catalog/operations`).
 */
export type { ControlAnswer, ControlExchange, ControlFailure, EraReports, HttpEra } from './http-era.js';
export * from './session/index.js';
export * from './stateless/index.js';
