/**
 * Contract drift: the changes of the tool list that the watching session saw, counted and placed in phases.
 *
 * Does not own what makes a change breaking: that is judged when the change is seen (`mcp`), and stands in the record.
 */
export { type DriftChange, type DriftSummary, toolsOffContract } from './drift.js';
export { type DriftPart, contractTopic } from './topic.js';
