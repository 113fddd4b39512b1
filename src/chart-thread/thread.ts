/** The side of the thread that has charts drawn. */
import { Worker } from 'node:worker_threads';
import { entryPath } from '../package/index.js';
import type { Draw } from '../report/index.js';
import type { FromDrawing, ToDraw } from './drawing.js';

export interface ChartThread {
  /** Resolves when it is loaded: from then on it uses no core until something is to be drawn. Never rejects. */
  readonly loaded: Promise<void>;
  /** Draws a chart of no run, so that those of a run find warm code. Never rejects. */
  warmUp(): Promise<void>;
  /** Draws there; here what can't be drawn there. */
  readonly draw: Draw;
  /** Ends it; what is asked for later is drawn here. Never rejects. */
  end(): Promise<void>;
}

type Spec = ToDraw['spec'];
type Drawn = Extract<FromDrawing, { type: 'drawn' }>['svg'];

const axis = (field: string) => ({
  field,
  type: 'quantitative' as const,
  scale: { domain: [0, 1], nice: false, clamp: true },
  axis: { title: field, labelExpr: "format(datum.value, '~r') + ' s'" },
});

/** Marks and axes as the charts of a report have them. */
const OF_NO_RUN: Spec = {
  title: { text: 'first' },
  ...{ width: 400, height: 100 },
  layer: (['rect', 'area', 'line', 'rule', 'point', 'text'] as const).map((type) => ({
    data: { values: [0, 1].map((x) => ({ x, y: x, words: 'x' })) },
    mark: { type, color: 'black', aria: false },
    encoding: { x: axis('x'), y: axis('y'), ...(type === 'text' ? { text: { field: 'words' } } : {}) },
  })),
};

/** Keeps this process running only while something is being drawn. */
export function startChartThread(): ChartThread {
  const worker = new Worker(entryPath('chartThread'), { name: 'plimsoll-charts' });
  const asked = new Map<number, (svg: Drawn) => void>();
  let isOver = false;
  let nextId = 0;
  const answer = (id: number, svg: Drawn): void => {
    asked.get(id)?.(svg);
    asked.delete(id);
    if (asked.size === 0) worker.unref();
  };
  const loaded = new Promise<void>((resolve) => {
    const over = (): void => {
      isOver = true;
      resolve();
      for (const id of asked.keys()) answer(id, null);
    };
    worker.on('message', (message: FromDrawing) => {
      if (message.type === 'drawn') answer(message.id, message.svg);
      else {
        if (asked.size === 0) worker.unref();
        resolve();
      }
    });
    worker.on('error', over);
    worker.on('exit', over);
  });
  const there = (spec: Spec, description: string): Promise<Drawn> =>
    new Promise((resolve) => {
      if (isOver) return resolve(null);
      const id = nextId++;
      asked.set(id, resolve);
      worker.ref();
      try {
        worker.postMessage({ id, spec, description } satisfies ToDraw);
      } catch {
        // Something in it that can't be sent.
        answer(id, null);
      }
    });
  return {
    loaded,
    warmUp: async () => {
      await there(OF_NO_RUN, '');
    },
    draw: async (spec, description) =>
      (await there(spec, description)) ?? (await import('../report/index.js')).drawHere(spec, description),
    end: async () => {
      isOver = true;
      await worker.terminate();
    },
  };
}
