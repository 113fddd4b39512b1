/**
 * Sessions over stdio: one child process each.
 *
 * Owns the child (start, stderr, end, its whole group), lines, and matching answers to calls. Does not own: services
 * that are reached over a port (`stack`), what an answer means (`answer.ts`). If this process is killed outright, the
 * child learns it from the end of its input, as the protocol wants, and the run's keeper ends its group.
 */
export { StdioChannel } from './channel.js';
export { LineReader } from './lines.js';
export { OtherLines, type WrongFraming } from './other-lines.js';
export { ServerProcess, type StdioTarget } from './server-process.js';
