import type { z } from 'zod';

import type { SourceModule } from '../../src/sources/source-module.js';

/** A kind of plane of which only the configuration exists. */
export function fakeModule(kind: string, settings: z.ZodObject): SourceModule {
  return {
    kind,
    description: `A plane of kind ${kind}.`,
    settings,
    objectTypes: [],
    warningTypes: [],
    subtaskTypes: [],
    resolvers: [],
    create: () => {
      throw new Error('There is no such plane.');
    },
    demo: [],
    simulate: () => Promise.reject(new Error('There is no such plane.')),
  };
}
