/** Whoever makes a fault happen and end: the engine behind a link, the mock itself, or the supervisor of a process. */
import { monotonicNow } from '../clock/index.js';
import type { PlannedFault } from '../plan/index.js';
import type { RunningStack } from '../stack/index.js';
import type { EdgeTimes } from '../toxiproxy/index.js';
import { mockActor } from './mock-actor.js';

/** Where faults can strike. */
export type FaultPlaces = Pick<RunningStack, 'links' | 'mocks' | 'controls'>;

/** An edge that came about. */
export interface Edge extends EdgeTimes {
  /** Of a fault in a mock, when it is lifted: what it could have struck and what it struck. */
  readonly affected?: { readonly eligible: number; readonly affected: number };
}

/** One fault. `lift` is asked only after `set` has come about. Both reject when the edge did not, or nobody knows. */
export interface FaultActor {
  set(): Promise<Edge>;
  lift(): Promise<Edge>;
}

/** @throws Error when the fault's place is not in the stack: the scenario's checks should have seen to that. */
export function actorFor(fault: PlannedFault, places: FaultPlaces): FaultActor {
  const { id, on } = fault;
  switch (fault.place) {
    case 'link': {
      const link = required(places.links.get(on), fault);
      return { set: () => link.apply(id, fault.fault), lift: () => link.lift(id) };
    }
    case 'mock':
      return mockActor(required(places.mocks.get(on), fault), fault.fault, id);
    case 'process':
      return processActor(required(places.controls.get(on), fault), fault.fault.type);
  }
}

function processActor(
  control: ReturnType<FaultPlaces['controls']['get']> & object,
  type: Extract<PlannedFault, { place: 'process' }>['fault']['type'],
): FaultActor {
  const back = (): Promise<Edge> => timed(() => control.start());
  switch (type) {
    case 'kill':
    case 'gone':
      return { set: () => timed(() => control.kill()), lift: back };
    case 'restart':
      return { set: () => timed(() => control.terminate()), lift: back };
    case 'freeze':
      return { set: () => timed(() => control.freeze()), lift: () => timed(() => control.thaw()) };
    case 'slow-start': {
      let held: Promise<void> = Promise.resolve();
      return {
        set: async () => {
          const edge = await timed(() => control.terminate());
          held = control.start().then(() => control.freeze());
          // Told when it is lifted.
          held.catch(() => undefined);
          return edge;
        },
        lift: async () => {
          const askedNs = monotonicNow();
          await held;
          await control.thaw();
          return { askedNs, confirmedNs: monotonicNow() };
        },
      };
    }
  }
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
