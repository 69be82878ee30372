import { isJsonObject } from '../../task/scalars/json-object.js';

/** The documents of a manifest by their ids; null where the text is no manifest of a known form, or an empty one. */
export function manifestDocuments(text: string): ReadonlyMap<string, string> | null {
  const manifest = parsed(text);
  if (!isJsonObject(manifest)) return null;
  const entries = 'format' in manifest ? ofApollo(manifest['operations']) : Object.entries(manifest);
  const documents = new Map<string, string>();
  for (const [id, document] of entries) {
    if (typeof document !== 'string' || document === '' || id === '') return null;
    documents.set(id.replace(/^sha256:/, ''), document);
  }
  return documents.size === 0 ? null : documents;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function ofApollo(operations: unknown): readonly (readonly [string, unknown])[] {
  if (!Array.isArray(operations)) return [];
  return operations.map((operation: unknown) =>
    isJsonObject(operation) && typeof operation['id'] === 'string' ? [operation['id'], operation['body']] : ['', null],
  );
}
