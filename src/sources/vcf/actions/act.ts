import type { ActionAnswer } from '../../../task/act/action-answer.js';
import type { ActionCommand } from '../../../task/act/action-command.js';
import type { Translated } from '../../../task/model/translated.js';
import type { JsonObject } from '../../../task/scalars/json-object.js';
import type { CredentialsUpdateSpec, VcfClient } from '../client.js';
import { operationTypeOf } from '../translation/credentials-operation.js';
import { credentialsRetryOf } from './credentials-retry.js';
import { failedCredentialsOf } from './failed-credentials.js';
import { partsOf } from '../translation/payload.js';
import { retryBody } from './retry-body.js';

/** Sends the one request that an action is. A credentials task has routes of its own; those of ordinary tasks do not work for it. */
export function act(client: VcfClient, command: ActionCommand, task: Translated, signal: AbortSignal): Promise<ActionAnswer> {
  const id = task.sourceTaskId;
  const { credentialsTask } = partsOf(task.payload);
  if (credentialsTask === null) return command.action === 'RETRY' ? client.retryTask(id, signal) : client.cancelTask(id, signal);
  if (command.action === 'CANCEL') return client.cancelCredentialsTask(id, signal);
  return client.retryCredentialsTask(id, credentialsRetrySpec(command, task, credentialsTask), signal);
}

function credentialsRetrySpec({ input }: ActionCommand, { parts }: Translated, credentialsTask: JsonObject): CredentialsUpdateSpec {
  const type = operationTypeOf(credentialsTask);
  const elements = credentialsRetryOf(input)?.elements ?? failedCredentialsOf(parts) ?? [];
  return {
    body: retryBody(type?.sent ?? '', elements, type?.spelled === 'ROTATE' ? 'left out' : 'sent'),
    secrets: elements.flatMap(({ password }) => password ?? []),
  };
}
