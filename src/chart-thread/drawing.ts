/** The thread that draws charts: loads what that takes, says so, and answers each specification with its picture. */
import { parentPort } from 'node:worker_threads';
import { drawHere, loadDrawing, type Draw } from '../report/index.js';

/** A picture that is asked for. */
export interface ToDraw {
  readonly id: number;
  readonly spec: Parameters<Draw>[0];
  readonly description: string;
}

export type FromDrawing =
  | { readonly type: 'loaded' }
  /** Null: it could not be drawn. Who asked for it draws it then, and finds out why. */
  | { readonly type: 'drawn'; readonly id: number; readonly svg: string | null };

if (parentPort === null) throw new Error('charts are drawn by a worker thread only');
const port = parentPort;

function send(message: FromDrawing): void {
  port.postMessage(message);
}

async function draw({ id, spec, description }: ToDraw): Promise<void> {
  send({ type: 'drawn', id, svg: await drawHere(spec, description).catch(() => null) });
}

port.on('message', (asked: ToDraw) => void draw(asked));
void loadDrawing().then(() => send({ type: 'loaded' }));
