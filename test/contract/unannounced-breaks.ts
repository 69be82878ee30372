import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

/** The schema of the last release, and the changes that were announced since. */
export interface Release {
  readonly sdl: string;
  /** The texts of the notes since the release. */
  readonly notes: readonly string[];
}

/** Finds breaking changes that no note announces, one line each: the schema coordinate and the change. */
export async function findUnannouncedBreaks({ sdl, notes }: Release, current: string): Promise<readonly string[]> {
  const announced = new Set(notes.flatMap((note) => [...note.matchAll(/^- `([^`]+)`: *\S/gm)].map(([, coordinate]) => coordinate)));
  const changes = await diff(buildSchema(sdl), buildSchema(current));
  return changes
    .filter(({ criticality, path }) => criticality.level === CriticalityLevel.Breaking && !announced.has(path))
    .map(({ path, message }) => `\`${path ?? ''}\`: ${message}`);
}
