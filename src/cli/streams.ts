/**
 * The command's stdout and stderr. A reader that has gone away (`plimsoll ... | head -1`, a closed terminal) ends
 * nothing: a run goes on, and its verdict stays what it is.
 */
import { EXIT } from '../problem/index.js';
import { redactOurs } from '../secrets/index.js';

/** Codes of a reader that has gone away: of a pipe, a socket, a terminal, and a stream that was closed. */
const READER_GONE = new Set(['EPIPE', 'ECONNRESET', 'EIO', 'ERR_STREAM_DESTROYED']);

/** Why the results could not be written, where it is not that their reader has gone; null while they could. */
let unwritten: string | null = null;

/** Text on stdout. Never throws. */
export function writeOut(text: string): void {
  write(process.stdout, text, outFailed);
}

/** Text on stderr, without secrets. Never throws. */
export function writeErr(text: string): void {
  write(process.stderr, redactOurs(text), () => undefined);
}

function write(stream: NodeJS.WriteStream, text: string, failed: (error: unknown) => void): void {
  try {
    stream.write(text);
  } catch (error) {
    failed(error);
  }
}

function outFailed(error: unknown): void {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
  if (READER_GONE.has(code) || unwritten !== null) return;
  unwritten = code;
  const hint = 'free some space, or send stdout elsewhere; what was written to files is not affected';
  writeErr(`error stdout could not be written (${code})\n  hint: ${hint}\n`);
}

/**
 * Handles what the two streams report later, as long as the process runs, and turns a pass whose results could not
 * be written into `EXIT.outputNotWritten`.
 */
export function guardStreams(): void {
  process.stdout.on('error', outFailed);
  process.stderr.on('error', () => undefined);
  process.on('exit', (code) => {
    if (code === EXIT.pass && unwritten !== null) process.exitCode = EXIT.outputNotWritten;
  });
}
