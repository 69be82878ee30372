import { z } from 'zod';

import type { SourceModule } from '../task/source/source-module.js';
import { isJsonObject } from '../task/scalars/json-object.js';
import { configurationSchema } from './schema/configuration-schema.js';

/** The JSON Schema (draft 2020-12) of the configuration file, for editors. What only holds between keys is not in it. */
export function configurationJsonSchema(modules: readonly SourceModule[]): Record<string, unknown> {
  const schema = z.toJSONSchema(configurationSchema(modules), { target: 'draft-2020-12', io: 'input', unrepresentable: 'any' });
  const { $schema, ...rest } = schema;
  return { $schema, title: 'Tributary configuration', ...rewritten(rest) };
}

type Json = Record<string, unknown>;

/** Every object in the tree closed, and with `<key>File` beside each secret. */
function rewritten(schema: Json): Json {
  const { properties, ...others } = schema;
  const inner: Json = Object.fromEntries(Object.entries(others).map(([keyword, value]) => [keyword, rewrittenWithin(value)]));
  return isJsonObject(properties) ? { ...inner, ...closedObject(properties, inner) } : inner;
}

function rewrittenWithin(value: unknown): unknown {
  return Array.isArray(value) ? value.map(rewrittenWithin) : isJsonObject(value) ? rewritten(value) : value;
}

function closedObject(keys: Json, object: Json): Json {
  const required = new Set(Array.isArray(object['required']) ? object['required'].map(String) : []);
  const properties: Json = {};
  const choices: Json[] = [];
  for (const [name, key] of Object.entries(keys)) {
    const { secret, fileOnly, ...plain } = isJsonObject(key) ? rewritten(key) : {};
    if (fileOnly !== true) properties[name] = secret === true ? { ...plain, writeOnly: true } : plain;
    if (secret !== true && fileOnly !== true) continue;
    properties[`${name}File`] = { type: 'string', minLength: 1, description: fileDescription(plain['description'], fileOnly === true) };
    const either = { oneOf: [{ required: [name] }, { required: [`${name}File`] }] };
    if (required.delete(name)) choices.push(either);
    else if (secret === true) choices.push({ not: { required: [name, `${name}File`] } });
  }
  const allOf = choices.length > 0 ? { allOf: choices } : {};
  return { properties, required: [...required], ...allOf, additionalProperties: object['additionalProperties'] ?? false };
}

function fileDescription(description: unknown, isFileOnly: boolean): string {
  return isFileOnly
    ? String(description)
    : `Path of a file that holds it instead, from the folder of the configuration. ${String(description)}`;
}
