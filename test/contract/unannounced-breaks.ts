import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

/** A schema that clients have, and what has been announced since. */
export interface Released {
  readonly sdl: string;
  /** Texts of the notes that came after it. */
  readonly notes: readonly string[];
}

/** Changes that can break a client of the released schema and that no note names, one line each: the place, and what became of it. */
export async function unannouncedBreaks({ sdl, notes }: Released, current: string): Promise<readonly string[]> {
  const announced = new Set(notes.flatMap((note) => [...note.matchAll(/^- `([^`]+)`: *\S/gm)].map(([, place]) => place)));
  const changes = await diff(buildSchema(sdl), buildSchema(current));
  return changes
    .filter(({ criticality, path }) => criticality.level === CriticalityLevel.Breaking && !announced.has(path))
    .map(({ path, message }) => `\`${path ?? ''}\`: ${message}`);
}
