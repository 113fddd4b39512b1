/**
 * The frame of a page: its contents at the side, chapters beside them, the signs of verdicts, and the palette.
 *
 * Owns the appearance of every page of this kind, and the ways through it. Does not own: what stands in the chapters,
 * or the document around the page (`layouts/document`).
 */
export { armClass, ARMS_WITH_A_STYLE, DARK_PALETTE, LIGHT_PALETTE } from './palette.js';
export { pageFrame, type FrameChapter } from './frame.js';
export { sign } from './sign.js';
export { FRAME_STYLE } from './style.js';
