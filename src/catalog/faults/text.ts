/** `faults:` in a scenario: any fault in its text form. The type says whether it is on a link, a process or a mock. */
import type { z } from 'zod';
import { choiceByValue } from '../grammar/index.js';
import { LINK_FAULTS, type LinkFaultText, type LinkFaultType } from './link/index.js';
import { MOCK_FAULTS, type MockFaultText } from './mock/index.js';
import type { MockFaultKind } from '../../protocol/index.js';
import { PROCESS_FAULTS, type ProcessFaultText, type ProcessFaultType } from './process/index.js';

export type FaultType = LinkFaultType | ProcessFaultType | MockFaultKind;

const DESCRIPTORS = { ...LINK_FAULTS, ...PROCESS_FAULTS, ...MOCK_FAULTS };

/** All types, in the order in which they are listed to people. */
export const FAULT_TYPES: readonly string[] = Object.keys(DESCRIPTORS);

const SCHEMAS = Object.values(DESCRIPTORS).map(({ schema }) => schema);
export const FaultText = choiceByValue('a fault', 'type', FAULT_TYPES, SCHEMAS);
export type FaultText = z.output<typeof FaultText>;

export const isLinkFault = (fault: FaultText): fault is LinkFaultText => Object.hasOwn(LINK_FAULTS, fault.type);
export const isProcessFault = (fault: FaultText): fault is ProcessFaultText =>
  Object.hasOwn(PROCESS_FAULTS, fault.type);
export const isMockFault = (fault: FaultText): fault is MockFaultText => Object.hasOwn(MOCK_FAULTS, fault.type);

/** Whether a type of fault ends sessions, or the connections or the process they are on. */
export const endsSessions = (type: FaultType): boolean => DESCRIPTORS[type].endsSessions;

/** Whether a fault on a link or of a process lets no call through while it is active. */
export function stopsEverything(type: FaultType): boolean {
  const descriptor = DESCRIPTORS[type];
  return 'stopsEverything' in descriptor && descriptor.stopsEverything;
}

/** Why a call that a fault in a mock affected does not fail; null: it fails, or the fault is in no mock. */
export function whyAffectedCallsSucceed(type: FaultType): string | null {
  const descriptor = DESCRIPTORS[type];
  return 'affectedCallSucceeds' in descriptor ? descriptor.affectedCallSucceeds : null;
}
