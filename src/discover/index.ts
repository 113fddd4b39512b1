/**
 * Discovery: what a server offers, and a scenario made of it.
 *
 * Owns arguments made from a tool's schema, which tools may be tried, what a right answer is, and the text of the
 * scenario for a first look or to begin with. Does not own: talking to the server (`mcp`), running the scenario
 * (`run`), or anything measured (`analysis`).
 */
export { synthesise, type Synthesis } from './arguments/synthesise.js';
export { discover, type Discovery } from './discover.js';
export { firstLookText } from './document/first-look.js';
export { initialText } from './document/initial.js';
export { hasNumbers, measuredBy, type Measured } from './document/measured.js';
export { judged, type ExpectText, type Judgement } from './expectation.js';
export { commandLine, withNextCommand, type Typed } from './next-command.js';
export { leftOutRows, namedTool, selectTools, type LeftOut, type NamedTool } from './selection.js';
export { type DiscoverySetup } from './surveyed.js';
export { httpTarget, shellWords, stdioTarget, targetWords, type DiscoveryTarget } from './target.js';
