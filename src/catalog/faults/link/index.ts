/** Faults on a link, one file each: every toxic of Toxiproxy, and a link that is down. */
import { scenarioShare } from '../../../format/index.js';
import type { z } from 'zod';
import type { CheckReport } from '../../grammar/index.js';
import { keyedByType } from '../common.js';
import { bandwidth } from './bandwidth.js';
import type { LinkActionOf, LinkFaultDescriptor, ToxicOf } from './descriptor.js';
import { down } from './down.js';
import { latency } from './latency.js';
import { limitData } from './limit-data.js';
import { reset } from './reset.js';
import { slicer } from './slicer.js';
import { slowClose } from './slow-close.js';
import { timeout } from './timeout.js';

export const LINK_FAULTS = keyedByType({
  latency,
  bandwidth,
  'slow-close': slowClose,
  timeout,
  reset,
  slicer,
  'limit-data': limitData,
  down,
});

export type LinkFaultType = keyof typeof LINK_FAULTS;
export type LinkFaultText = z.output<(typeof LINK_FAULTS)[LinkFaultType]['schema']>;

/** Types of the toxics that faults become, as Toxiproxy's API names them. */
export type ToxicType = (typeof LINK_FAULTS)[LinkFaultType] extends LinkFaultDescriptor<z.ZodType, infer T> ? T : never;

export type Toxic = ToxicOf<ToxicType>;
export type LinkAction = LinkActionOf<ToxicType>;

/** The descriptor of a fault on a link. */
export const linkDescriptor = (type: LinkFaultType): LinkFaultDescriptor<z.ZodType<LinkFaultText>, ToxicType> =>
  LINK_FAULTS[type];

/** Reports what the schema of a fault on a link can't see. */
export const checkLinkFault = (fault: LinkFaultText, report: CheckReport): void =>
  linkDescriptor(fault.type).check(fault, report);

/** Where and how, for people: `latency 300ms on upstream (downstream, 25% of connections)`. */
export function linkWords(fault: LinkFaultText): string {
  const descriptor = linkDescriptor(fault.type);
  const action = descriptor.action(fault);
  const on = `${descriptor.words(fault)} on ${fault.on}`;
  if (action.kind === 'down') return on;
  const { stream, toxicity } = action.toxic;
  return `${on} (${stream}${toxicity === 1 ? '' : `, ${scenarioShare(toxicity)} of connections`})`;
}

export { toxicRequest, linkRequests } from './requests.js';
export type { Direction, ToxicAttributes } from './descriptor.js';
