/**
 * The faults that a scenario can name: on a link, inside a mock, of a process. One file each holds the schema, the
 * defaults, the checks, the wording, and what the run asks for; the lists are in the `index.ts` of the three folders.
 */
export * from './text.js';
export { faultOf, faultRequests, type Fault } from './fault.js';
export { contradictionOf, type FaultContradiction } from './overlaps.js';
export { checkRetryAfter } from './common.js';
export { checkLinkFault, linkRequests, toxicRequest } from './link/index.js';
export type * from './link/index.js';
export { checkMockFault, mockMessage, type MockFaultText } from './mock/index.js';
export { PROCESS_FAULTS } from './process/index.js';
export type { ProcessAction, ProcessFaultText, ProcessFaultType, ProcessStep } from './process/index.js';
