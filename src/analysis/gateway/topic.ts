import type { Topic } from '../topic.js';
import { availabilitiesOf } from './availability.js';
import { breakersOf } from './breakers.js';
import { coldStartOf } from './cold-start.js';
import { costsOf } from './costs.js';
import { errorViews } from './errors.js';
import { arrivalOf, deliveriesOf, joinsOf, sessionsOf, upstreamCalls } from './joins.js';
import { linkCostsOf } from './link-costs.js';
import { messagesOf } from './messages.js';
import { returnsOf } from './returns.js';
import type { GatewayInput } from './run.js';
import { toolListsOf } from './tool-lists.js';
import type { GatewaySummary } from './types.js';

export interface GatewayPart {
  readonly gateway: GatewaySummary;
}

export const gatewayTopic: Topic<GatewayInput, GatewayPart, object> = {
  name: 'gateway',
  compute: (run) => {
    const rows = upstreamCalls(run);
    const gateway: GatewaySummary = {
      joins: rows === null ? null : joinsOf(rows),
      messages: messagesOf(run),
      sessions: rows === null ? null : sessionsOf(run, rows),
      arrival: rows === null ? null : arrivalOf(rows),
      deliveries: rows === null ? null : deliveriesOf(run, rows),
      errors: errorViews(run),
      linkCosts: linkCostsOf(run),
      availabilities: availabilitiesOf(run),
      returns: returnsOf(run),
      breakers: breakersOf(run),
      costs: costsOf(run),
      coldStart: coldStartOf(run),
      toolLists: toolListsOf(run.record.toolLists),
    };
    return { summary: { gateway }, results: {} };
  },
};
