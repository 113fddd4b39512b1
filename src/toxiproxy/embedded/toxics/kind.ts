/** What the registry knows about a type of toxic. */
import type { Random } from '../../../random/index.js';
import type { Receiver, Stage } from '../stage.js';

/** Attribute values by name; all of them whole numbers. */
export type Attributes<K extends string = string> = Readonly<Record<K, number>>;

/** What a stage is built from. */
export interface StageSetup<A> {
  readonly attributes: A;
  readonly next: Receiver;
  readonly nowMs: number;
  /** A stream of its own for this toxic on this direction of this connection. */
  readonly random: Random;
  /** Sends RST to both ends of the connection. */
  readonly reset: () => void;
}

export interface ToxicKind<K extends string = string> {
  /** As the API names it. */
  readonly type: string;
  /** Attribute names in the order the API shows them, each 0 unless given and never negative. */
  readonly attributes: readonly K[];
  /** True when connections do not outlive the removal of the toxic. */
  readonly closesOnRemoval: boolean;
  /** What is wrong with values that are whole and not negative, or null. */
  objection(attributes: Attributes<K>): string | null;
  createStage(setup: StageSetup<Attributes<K>>): Stage<Attributes<K>>;
}
