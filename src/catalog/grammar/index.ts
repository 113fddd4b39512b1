/** The leaves and shapes that every part of the scenario grammar is made of. */
export { bareNumber, nounOf, patternOf, readQuantity, unitsOf, type Quantity, type QuantityKind } from './units.js';
export * from './checks.js';
export * from './scalars.js';
export * from './shapes.js';
