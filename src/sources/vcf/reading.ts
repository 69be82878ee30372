import type { Reading } from '../../task/source/reading.js';
import { payloadOf, type WireParts } from './payload.js';
import { translateTask } from './task.js';

/** A reading of one task. It is looked at closely only where it differs from the one before. */
export function readingOf(sourceName: string, sourceTaskId: string, parts: WireParts): Reading {
  return { sourceTaskId, fingerprint: payloadOf(parts), translate: () => translateTask(sourceName, sourceTaskId, parts) };
}
