import { fingerprintOf } from '../../task/source/fingerprint-of.js';
import type { Reading } from '../../task/source/reading.js';
import { translate } from './task.js';
import type { WireItem } from './wire.js';

/** A task as it came; the translation waits until somebody needs it. */
export function readingOf(sourceName: string, item: WireItem): Reading {
  return { sourceTaskId: item.task.id, fingerprint: fingerprintOf(item.payload), translate: () => translate(sourceName, item) };
}
