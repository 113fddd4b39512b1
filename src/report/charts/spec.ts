/**
 * What a chart is made of, in the words of Vega-Lite, of which this is the small part that our charts need: panes one
 * below the other, each of layers of one mark over shared scales. Domains, ticks and colours are all given; nothing is
 * loaded.
 */
import type { BandScale, Scale } from './scales.js';

export interface AxisStyle {
  /** Where ticks stand; else at about `tickCount` round numbers. */
  readonly values?: readonly number[];
  readonly tickCount?: number;
  /** The text of a tick; null for a line without ticks. */
  readonly label: ((value: number) => string) | null;
  /** Under the axis across. */
  readonly title?: string | null;
  readonly grid?: boolean;
  readonly hasLine?: boolean;
}

/** Where a mark stands: at a field on the pane's scale, in the row of a field's value, or at a pixel. */
export type Channel =
  | { readonly field: string; readonly scale?: Scale; readonly axis?: AxisStyle | null }
  | { readonly field: string; readonly rows: BandScale }
  | { readonly value: number };

/** A look that follows a field with few values. */
export interface Category {
  readonly field: string;
  readonly scale: { readonly domain: readonly (string | number)[]; readonly range: readonly string[] };
}

export interface Encoding {
  readonly x?: Channel;
  readonly x2?: Channel;
  readonly y?: Channel;
  readonly y2?: Channel;
  readonly color?: Category;
  readonly shape?: Category;
  readonly text?: { readonly field: string };
}

export interface Mark {
  /** `tick`: a short line across. A rule or a box without `x` or `y` reaches over all of the pane. */
  readonly type: 'line' | 'area' | 'rect' | 'rule' | 'point' | 'text' | 'tick';
  readonly color?: string;
  readonly opacity?: number;
  /** A line or an area that holds each value until the next. */
  readonly interpolate?: 'step-after';
  /** Area of a point, in square pixels. */
  readonly size?: number;
  readonly stroke?: string;
  readonly strokeWidth?: number;
  readonly strokeDash?: readonly number[];
  readonly align?: 'left' | 'right';
  readonly baseline?: 'top' | 'middle' | 'bottom';
  readonly dx?: number;
  readonly dy?: number;
  readonly fontSize?: number;
  readonly fontWeight?: number;
}

/** A mark for each row; a line or an area for all rows, or for those of each colour. */
export interface Layer {
  readonly rows: readonly object[];
  readonly mark: Mark;
  readonly encoding: Encoding;
}

export interface Pane {
  readonly title?: { readonly text: string };
  readonly width: number;
  readonly height: number;
  /** Where the layers stand that don't say it. */
  readonly encoding?: { readonly x: Channel };
  readonly layer: readonly Layer[];
}
