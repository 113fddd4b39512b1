/** A fault with its defaults filled in: what the run does at each edge, and how that is said to people. */
import type { MockFault } from '../../protocol/index.js';
import { linkDescriptor, linkRequests, linkWords, type LinkAction } from './link/index.js';
import { mockMessage, mockRequests, mockWords } from './mock/index.js';
import { PROCESS_FAULTS, processRequests, type ProcessAction } from './process/index.js';
import { isLinkFault, isProcessFault, type FaultText, type FaultType } from './text.js';

interface FaultFrame {
  readonly id: string;
  readonly phase: string;
  readonly type: FaultType;
  /** Name of the link or service. */
  readonly on: string;
  /** From the start of the phase's first segment. */
  readonly atNs: number;
  /** Null: to the end of the run (`gone` only). */
  readonly forNs: number | null;
  /** What goes wrong where, for people. */
  readonly words: string;
}

/** A fault during one phase, and who brings it about: the fault engine, the mock itself, or the process supervisor. */
export type Fault =
  | (FaultFrame & { readonly place: 'link'; readonly action: LinkAction })
  | (FaultFrame & { readonly place: 'mock'; readonly action: MockFault })
  | (FaultFrame & { readonly place: 'process'; readonly action: ProcessAction });

/** A fault from its text. @param seed the fault's own, for what it draws. */
export function faultOf(text: FaultText, id: string, seed: number): Fault {
  const { phase, type, on, at: atNs, for: forNs = null } = text;
  const frame = { id, phase, type, on, atNs, forNs };
  if (isLinkFault(text))
    return { ...frame, place: 'link', words: linkWords(text), action: linkDescriptor(text.type).action(text) };
  if (isProcessFault(text))
    return { ...frame, place: 'process', words: `${text.type} ${text.on}`, action: PROCESS_FAULTS[text.type].action };
  return { ...frame, place: 'mock', words: mockWords(text, seed), action: mockMessage(text, seed) };
}

/** What the run asks for at each edge of a fault, for people; `off` is null where it is never lifted. */
export function faultRequests(fault: Fault): { readonly on: string; readonly off: string | null } {
  switch (fault.place) {
    case 'link':
      return linkRequests(fault.id, fault.on, fault.action);
    case 'mock':
      return mockRequests(fault.action);
    case 'process':
      return processRequests(fault.action, fault.forNs !== null);
  }
}
