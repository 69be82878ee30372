import { z } from 'zod';

import { upstreamJson } from '../support/upstream-files.js';

const media = z.looseObject({ examples: z.record(z.string(), z.unknown()).optional() });
const operation = z.looseObject({ responses: z.record(z.string(), z.looseObject({ content: z.record(z.string(), media).optional() })) });
const specification = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** A response that a specification declares: its status, and the value of Prefer that selects it in Prism. */
export interface SpecifiedResponse {
  readonly status: number;
  readonly prefer: string;
}

/** All responses of one operation: one per example, or else one per status. */
export function listSpecifiedResponses(file: string, method: string, path: string): readonly SpecifiedResponse[] {
  const { responses } = operation.parse(specification.parse(upstreamJson(file)).paths[path]?.[method]);
  return Object.entries(responses).flatMap(([code, { content = {} }]) => {
    const names = new Set(Object.values(content).flatMap(({ examples = {} }) => Object.keys(examples)));
    const preferences = names.size === 0 ? [`code=${code}`] : [...names].map((name) => `code=${code}, example=${name}`);
    return preferences.map((prefer) => ({ status: Number(code), prefer }));
  });
}
