/** Names the analysis borrows from the scenario, in one place. */
export type { BoundUnit, Gate } from '../scenario/index.js';
import type { Fault } from '../scenario/index.js';
export type LinkFaultOf = Fault['fault']['type'];
