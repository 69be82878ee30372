import type { GraphQLAnswer, Json } from '../../support/post.js';
import type { World } from '../../support/world.js';
import type { Prepared } from './audited-outcomes.js';

/** A mutation that requests an action. */
export interface Mutation {
  readonly name: string;
  readonly action: 'RETRY' | 'CANCEL';
  /** The id of a new task that allows the action. */
  possible(this: void, world: World): string;
  /** The id of a new task whose status does not allow it. */
  impossible(this: void, world: World): string;
  ask(world: World, caller: string, prepared: Prepared): Promise<GraphQLAnswer>;
}

/** One payload for each distinct id; none when the mutation failed as a whole. */
export function listPayloads({ data }: GraphQLAnswer, { name }: Mutation): readonly Json[] {
  const field = data[name];
  if (field === null) return [];
  const all: readonly Json[] = field.results ?? [field];
  return [...new Map(all.map((payload) => [payload.taskId, payload])).values()];
}

const payload = 'taskId outcome auditId isRepeat';

const withStatus = (status: string) => (world: World) => `vcf-sfo:${world.planes['vcf-sfo'].addTask({ status })}`;
const credentials = (status: string) => (world: World) =>
  `vcf-sfo:${world.planes['vcf-sfo'].addCredentialsTask({ type: 'UPDATE', status })}`;

type Asking = Pick<Mutation, 'name' | 'action' | 'ask'>;

/** The selected fields of the payload, and the field for ids. */
function asking(name: string, action: Mutation['action'], selection: string, inputOf: (ids: readonly string[]) => object): Asking {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`;
  const document = `mutation ($input: ${type}) { ${name}(input: $input) { ${selection} } }`;
  return {
    name,
    action,
    ask: (world, caller, { ids, input }) => world.graphql(document, { input: { ...inputOf(ids), ...input } }, caller),
  };
}

function single(name: string, action: Mutation['action'], more: Readonly<Record<string, unknown>> = {}): Asking {
  return asking(name, action, payload, ([id]) => ({ id, ...more }));
}

function bulk(name: string, action: Mutation['action']): Asking {
  return asking(name, action, `results { ${payload} }`, (ids) => ({ ids }));
}

const elements = [
  { resourceName: 'added-esx01.cloud.example', resourceType: 'ESXI', credentialType: 'SSH', username: 'root', password: 'canary' },
];
const retried = { possible: withStatus('FAILED'), impossible: withStatus('SUCCESSFUL') };
const cancelled = { possible: withStatus('IN_PROGRESS'), impossible: withStatus('SUCCESSFUL') };

export const mutations: readonly Mutation[] = [
  { ...single('retryTask', 'RETRY'), ...retried },
  { ...single('cancelTask', 'CANCEL'), ...cancelled },
  { ...bulk('retryTasks', 'RETRY'), ...retried },
  { ...bulk('cancelTasks', 'CANCEL'), ...cancelled },
  {
    ...single('retryVcfCredentialsTask', 'RETRY', { elements }),
    possible: credentials('FAILED'),
    impossible: credentials('IN_PROGRESS'),
  },
];
