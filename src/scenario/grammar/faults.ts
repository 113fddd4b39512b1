/** `faults:` what goes wrong, where (a link, a mock, a process) and when. The type says which place it is. */
import type { z } from 'zod';
import { LINK_FAULTS, LINK_FAULT_TYPES } from './link-faults.js';
import { MOCK_FAULTS, MOCK_FAULT_TYPES } from './mock-faults.js';
import { PROCESS_FAULTS, PROCESS_FAULT_TYPES } from './process-faults.js';
import { choiceByValue } from '../../catalog/index.js';

export const FAULT_TYPES = [...LINK_FAULT_TYPES, ...PROCESS_FAULT_TYPES, ...MOCK_FAULT_TYPES] as const;

export const FaultText = choiceByValue('a fault', 'type', FAULT_TYPES, [
  ...LINK_FAULTS,
  ...PROCESS_FAULTS,
  ...MOCK_FAULTS,
]);

export type FaultText = z.output<typeof FaultText>;
export type LinkFaultText = z.output<(typeof LINK_FAULTS)[number]>;
export type ProcessFaultText = z.output<(typeof PROCESS_FAULTS)[number]>;
export type MockFaultText = z.output<(typeof MOCK_FAULTS)[number]>;

export const isLinkFault = (fault: FaultText): fault is LinkFaultText =>
  LINK_FAULT_TYPES.some((type) => type === fault.type);
export const isProcessFault = (fault: FaultText): fault is ProcessFaultText =>
  PROCESS_FAULT_TYPES.some((type) => type === fault.type);
export const isMockFault = (fault: FaultText): fault is MockFaultText =>
  MOCK_FAULT_TYPES.some((type) => type === fault.type);
