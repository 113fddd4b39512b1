/**
 * The wire code that runs for every call and every byte, and only that.
 *
 * Owns composing requests, reading an HTTP/1.1 response, and gathering and comparing bytes. Code here allocates nothing
 * for a call that is like the one before. Does not own: connections (`transports`), what an answer means (`oracle`).
 */
export { GatheredBytes } from './gathered-bytes.js';
export { RequestTemplate, type SpecHead } from './request-template.js';
export { RequestWriter } from './request-writer.js';
export { emptyHead, type BodyKind, type Coding, type Head } from './response-head.js';
export { MAX_HEAD_BYTES, ResponseReader, afterLineEnds } from './response.js';
export { TemplateBytes } from './template-bytes.js';
