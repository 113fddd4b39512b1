/**
 * The wire code that runs for every call and every byte, and only that.
 *
 * Owns reading an HTTP/1.1 response, gathering and comparing bytes, and the request that differs from the one before by
 * a few digits. Code here allocates nothing per call. Does not own: connections (`transports`), what an answer means
 * (`oracle`).
 */
export { GatheredBytes } from './gathered-bytes.js';
export { RequestTemplate } from './request-template.js';
export { emptyHead, type BodyKind, type Head } from './response-head.js';
export { MAX_HEAD_BYTES, ResponseReader } from './response.js';
export { TemplateBytes } from './template-bytes.js';
