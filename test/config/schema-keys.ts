import { expect } from '@jest/globals';
import { z } from 'zod';

import { isJsonObject } from '../../src/model/scalars.js';

interface Key {
  readonly path: string;
  readonly description: unknown;
  /** Undefined for a constant, an enum, or a choice. */
  readonly type: unknown;
  readonly examples: unknown;
  /** Undefined where there is none. */
  readonly default: unknown;
}

/** Every key of every object in a JSON Schema; fails where an object is open. */
export function schemaKeys(node: unknown, path = ''): readonly Key[] {
  if (Array.isArray(node)) return node.flatMap((element) => schemaKeys(element, path));
  if (!isJsonObject(node)) return [];
  const {
    properties = {},
    items,
    anyOf,
    oneOf,
  } = z.looseObject({ properties: z.record(z.string(), z.looseObject({})).optional() }).parse(node);
  if (node['type'] === 'object') expect(node).toMatchObject({ additionalProperties: false });
  return [
    ...Object.entries(properties).map(([name, property]) => ({
      path: `${path}/${name}`,
      description: property['description'],
      type: property['const'] === undefined && property['enum'] === undefined ? property['type'] : undefined,
      examples: property['examples'],
      default: property['default'],
    })),
    ...Object.entries(properties).flatMap(([name, property]) => schemaKeys(property, `${path}/${name}`)),
    ...[items, anyOf, oneOf].flatMap((inner) => schemaKeys(inner, path)),
  ];
}
