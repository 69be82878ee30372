import type { ActionPayloadFields } from '../../src/gateway/actions/payloads.js';
import type { Actions } from '../../src/gateway/actions/actions.js';
import type { ActionCommand } from '../../src/model/action.js';

/** One result that a client got. */
export interface Answer extends ActionPayloadFields {
  readonly key: string | null;
  readonly action: ActionCommand['action'];
}

/** Requests an action on a task from one of the gateways. */
export type Ask = (gateway: number, action: ActionCommand['action'], key: string | null) => Promise<Answer>;

/** What clients do with one task; returns every result that they got. */
export interface Clients {
  readonly name: string;
  /** Credentials tasks can be retried and cancelled from the same status. */
  readonly onCredentials: boolean;
  readonly firstAction: ActionCommand['action'];
  run(ask: Ask): Promise<readonly Answer[]>;
}

const mutations = { RETRY: 'retryTask', CANCEL: 'cancelTask' } as const;

/** One request for an action, as a client sends it. */
export async function request(actions: Actions, id: string, action: ActionCommand['action'], key: string | null): Promise<Answer> {
  return { ...(await actions.act(mutations[action], { action, input: null }, { id, idempotencyKey: key })), key, action };
}

/** Repeats the request with the same key, as a client does that got no response. */
async function repeatWithSameKey(ask: Ask, action: ActionCommand['action']): Promise<readonly Answer[]> {
  const first = await ask(0, action, 'k');
  return [first, await ask(1, action, 'k'), await ask(0, action, 'k')];
}

/** Whether a result says that a repetition may help and is safe. */
export function mayBeRepeated({ outcome, errors: [error] }: Answer): boolean {
  return outcome === 'REJECTED' && error?.__typename === 'TaskSourceError' && error.isRetryable;
}

/** Repeats the request with another key as soon as a result says that it may. */
async function repeatWhenAllowed(ask: Ask): Promise<readonly Answer[]> {
  const first = await ask(0, 'RETRY', 'a');
  return mayBeRepeated(first) ? [first, await ask(1, 'RETRY', 'b')] : [first];
}

export const allClients: readonly Clients[] = [
  { name: 'one retry', onCredentials: false, firstAction: 'RETRY', run: async (ask) => [await ask(0, 'RETRY', null)] },
  { name: 'one cancel', onCredentials: false, firstAction: 'CANCEL', run: async (ask) => [await ask(1, 'CANCEL', 'k')] },
  { name: 'a client that retries', onCredentials: false, firstAction: 'RETRY', run: (ask) => repeatWithSameKey(ask, 'RETRY') },
  { name: 'a client that cancels again', onCredentials: false, firstAction: 'CANCEL', run: (ask) => repeatWithSameKey(ask, 'CANCEL') },
  { name: 'a client that repeats what it may', onCredentials: false, firstAction: 'RETRY', run: repeatWhenAllowed },
  {
    name: 'one key at once, two gateways',
    onCredentials: false,
    firstAction: 'RETRY',
    run: (ask) => Promise.all([ask(0, 'RETRY', 'k'), ask(1, 'RETRY', 'k'), ask(0, 'RETRY', 'k'), ask(1, 'RETRY', 'k')]),
  },
  {
    name: 'no key at once, two gateways',
    onCredentials: false,
    firstAction: 'RETRY',
    run: (ask) => Promise.all([ask(0, 'RETRY', null), ask(1, 'RETRY', null), ask(0, 'RETRY', 'a'), ask(1, 'RETRY', 'b')]),
  },
  {
    name: 'retry against cancel',
    onCredentials: true,
    firstAction: 'RETRY',
    run: (ask) => Promise.all([ask(0, 'RETRY', 'a'), ask(1, 'CANCEL', 'b'), ask(0, 'CANCEL', null), ask(1, 'RETRY', null)]),
  },
];
