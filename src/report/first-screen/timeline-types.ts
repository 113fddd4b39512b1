/**
 * The run on one clock, as data: panes with their scales, shapes and the rows of the readout. Nothing here knows a
 * pixel. Seconds count from the start of the run.
 */

/** Values of windows of equal length. */
export interface Steps {
  readonly fromS: number;
  readonly widthS: number;
  readonly values: readonly (number | null)[];
}

export interface Place {
  readonly s: number;
  readonly value: number | null;
}

/** A shape of a pane, in seconds and in the unit of its scale; `track`: the row of the readout that it belongs to. */
export type Shape = { readonly track: string } & (
  | { readonly kind: 'band'; readonly fill: string; readonly upper: Steps; readonly lower: Steps }
  | { readonly kind: 'steps'; readonly look: string; readonly steps: Steps }
  | { readonly kind: 'line'; readonly look: string; readonly places: readonly Place[] }
);

/** What stands before the words of a track. */
export type Swatch =
  { readonly kind: 'area'; readonly fill: string } | { readonly kind: 'line'; readonly look: string };

/** A row of the readout: its text at each moment. */
export interface Track {
  readonly id: string;
  readonly words: string;
  readonly swatch: Swatch;
  readonly texts: readonly string[];
}

export type PaneId = 'response' | 'outcomes' | 'queue' | 'cpu' | 'memory';

export interface PaneModel {
  readonly id: PaneId;
  readonly title: string;
  readonly note: string;
  readonly scale: {
    readonly kind: 'log' | 'linear';
    readonly domain: readonly [number, number];
    readonly ticks: readonly { readonly value: number; readonly label: string }[];
  };
  readonly shapes: readonly Shape[];
  readonly tracks: readonly Track[];
}

/** A phase, or a stage of one, on the strip at the top. */
export interface Stretch {
  readonly fromS: number;
  readonly toS: number;
  readonly name: string;
  readonly rate: string;
}

export interface FaultStretch {
  readonly fromS: number;
  readonly toS: number;
  /** `fault: latency on upstream, 5 s`; its name alone is for where there is less room. */
  readonly words: string;
  readonly name: string;
}

/** The moments that the crosshair can stand at. */
export interface Moments {
  readonly fromS: number;
  readonly widthS: number;
  readonly length: number;
  /** Words for each: `+16 s`. */
  readonly texts: readonly string[];
  /** Phase and stage at each. */
  readonly places: readonly string[];
}

export interface TimelineModel {
  readonly fromS: number;
  readonly toS: number;
  readonly stretches: readonly Stretch[];
  readonly faults: readonly FaultStretch[];
  readonly panes: readonly PaneModel[];
  readonly moments: Moments;
  /** Where the crosshair stands at first: where most went wrong. */
  readonly at: number;
}
