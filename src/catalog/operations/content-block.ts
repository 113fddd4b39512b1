/** Content blocks, of which the results of tools and the messages of prompts are made. */
import { isObject } from '../../protocol/index.js';

/** Whether a value is a content block: each type needs texts of its own (MCP 2025-11-25, Tools, Tool Result). */
export function isContentBlock(block: unknown): boolean {
  if (!isObject(block)) return false;
  const { resource } = block;
  const has = (...names: readonly string[]): boolean => names.every((name) => typeof block[name] === 'string');
  switch (block['type']) {
    case 'text':
      return has('text');
    case 'image':
    case 'audio':
      return has('data', 'mimeType');
    case 'resource_link':
      return has('uri', 'name');
    case 'resource':
      if (!isObject(resource) || typeof resource['uri'] !== 'string') return false;
      return typeof resource['text'] === 'string' || typeof resource['blob'] === 'string';
    default:
      return false;
  }
}

/** The text of a content block: its own, or that of the resource embedded in it (MCP 2025-11-25, Tools). */
export function blockTextOf(block: unknown): string | null {
  if (!isObject(block)) return null;
  const { type, text: own, resource } = block;
  if (type === 'text') return typeof own === 'string' ? own : null;
  return type === 'resource' && isObject(resource) && typeof resource['text'] === 'string' ? resource['text'] : null;
}
