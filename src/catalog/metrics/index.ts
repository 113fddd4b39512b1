/** What a gate or a hypothesis can look at, and how its bound is read. */
export * from './types.js';
export { GateText } from './gate-grammar.js';
export { hypotheses, HypothesisText } from './hypothesis-grammar.js';
export * from './gate-rules.js';
