import { z } from 'zod';

import { fileSetting } from './file-setting.js';
import { manifestDocuments } from './manifest-documents.js';

const modes = ['off', 'log', 'enforce'] as const;
const modeExpected = 'expected off, log or enforce';

/** Absent: there is no manifest, and every document is answered. */
export const trustedDocumentsSchema = z
  .strictObject({
    manifest: fileSetting(
      'A JSON file with the documents that clients were built with: `{ "<id>": "<document>" }` as Relay and GraphQL Code Generator write it, or the persisted query manifest of Apollo.',
    ).transform((text, context) => {
      const documents = manifestDocuments(text);
      if (documents !== null) return documents;
      context.addIssue({ code: 'custom', message: 'expected a file with a JSON object of documents by their ids' });
      return z.NEVER;
    }),
    mode: z
      .enum(modes, { error: modeExpected })
      .default('enforce')
      .describe(
        'What becomes of a document that is not in it: off answers it, log answers and logs it, enforce refuses it. enforce by default.',
      ),
    clients: z
      .array(
        z
          .strictObject({
            name: z.string().min(1).describe('The name, exactly.'),
            mode: z.enum(modes, { error: modeExpected }).describe('The mode for this client.'),
          })
          .describe('Another mode for one client.'),
      )
      .default([])
      .describe(
        'Other modes for clients that send such a name in apollographql-client-name. They name themselves: this is for a change-over, not for protection.',
      ),
  })
  .transform(({ manifest, mode, clients }) => ({
    documents: manifest,
    mode,
    clients: new Map(clients.map((client) => [client.name, client.mode])),
  }))
  .optional()
  .describe('The documents that clients may send. Without it, every document is answered.');
