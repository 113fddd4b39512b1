/** Sets and lifts a fault: through the engine behind a link, the mock itself, or the supervisor of a process. */
import type { ProcessAction } from '../catalog/index.js';
import { monotonicNow } from '../clock/index.js';
import type { PlannedFault } from '../plan/index.js';
import type { ProcessControl, RunningStack } from '../stack/index.js';
import type { Edge, FaultActor } from './edge.js';
import { mockActor } from './mock-actor.js';

/** Where faults can be set. */
export type FaultPlaces = Pick<RunningStack, 'links' | 'mocks' | 'controls'>;

/** @throws Error when the fault's place is not in the stack: the scenario's checks should have seen to that. */
export function actorFor(fault: PlannedFault, places: FaultPlaces): FaultActor {
  const { id, on } = fault;
  switch (fault.place) {
    case 'link': {
      const link = required(places.links.get(on), fault);
      return { set: () => link.apply(id, fault.action), lift: () => link.lift(id) };
    }
    case 'mock':
      return mockActor(required(places.mocks.get(on), fault), fault.action, id);
    case 'process':
      return processActor(required(places.controls.get(on), fault), fault.action);
  }
}

function processActor(control: ProcessControl, { set, afterwards, lift }: ProcessAction): FaultActor {
  let rest: Promise<void> = Promise.resolve();
  return {
    set: async () => {
      const edge = await timed(() => control[set]());
      rest = afterwards.reduce((before, next) => before.then(() => control[next]()), Promise.resolve());
      // A failure is reported when the fault is lifted.
      rest.catch(() => undefined);
      return edge;
    },
    lift: () =>
      timed(async () => {
        await rest;
        await control[lift]();
      }),
  };
}

async function timed(act: () => Promise<void>): Promise<Edge> {
  const askedNs = monotonicNow();
  await act();
  return { askedNs, confirmedNs: monotonicNow() };
}

function required<T>(place: T | undefined, { id, on }: PlannedFault): T {
  if (place === undefined) throw new Error(`fault "${id}" is on "${on}", which is not in the stack`);
  return place;
}
