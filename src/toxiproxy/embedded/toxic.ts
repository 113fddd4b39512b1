/** A toxic as it is set on a proxy: what the API shows and what every link of the proxy consults. */
import type { Direction } from '../../catalog/index.js';
import type { Attributes, ToxicKind } from './toxics/index.js';

export interface Toxic {
  readonly name: string;
  readonly kind: ToxicKind;
  /** The stream as the client wrote it, upper case and all. */
  readonly stream: string;
  readonly direction: Direction;
  /** Share of connections it acts on, 0 to 1. */
  toxicity: number;
  attributes: Attributes;
}

/** A toxic as the API writes it. */
export interface ToxicBody {
  readonly attributes: Attributes;
  readonly name: string;
  readonly type: string;
  readonly stream: string;
  readonly toxicity: number;
}

export function toxicBody({ attributes, name, kind: { type }, stream, toxicity }: Toxic): ToxicBody {
  return { attributes, name, type, stream, toxicity };
}
