import { type GraphQLSchema, validate } from 'graphql';

import { formatId, limitMistakes, parseTrustedDocument } from '../server/guards/manifest.js';
import type { TrustedDocuments } from '../server/guards/trusted-documents.js';
import { CommandError, exitCode } from './command.js';

/** Refuses a manifest with documents that this gateway could not execute: their clients would learn of it one by one. */
export function requireValidDocuments(trusted: TrustedDocuments | undefined, schema: GraphQLSchema): void {
  const mistakes = [...(trusted?.documents ?? [])].flatMap(([id, text]) => {
    const document = parseTrustedDocument(text);
    const [error] = document === null ? [] : validate(schema, document, undefined, { maxErrors: 1 });
    return error === undefined
      ? []
      : [`graphql.trustedDocuments.manifestFile: the document of ${formatId(id)} is not valid: ${error.message}`];
  });
  if (mistakes.length > 0) throw new CommandError(exitCode.usage, limitMistakes(mistakes).join('\n'));
}
