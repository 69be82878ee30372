import type { Json } from '../../support/post.js';
import type { OperationName } from '../matrix/fault.js';
import { get, listTasks, formatSourceOutcome } from '../matrix/operations.js';
import type { ProcessCell } from './process-cell.js';
import type { PendingOperation, ProcessOperation } from './process-operation.js';

const retryDocument = `mutation ($input: RetryTaskInput!) { retryTask(input: $input) {
  outcome isRepeat errors { __typename ... on TaskActionErrorFields { message } ... on TaskActionNotAllowedError { blockers { code } } } } }`;

/** A list, one task, or an action. */
export class ProcessRequest implements ProcessOperation {
  readonly expected: string;
  readonly ended: string;
  readonly killed = 'disconnected';
  readonly #cell: ProcessCell;
  readonly #operation: Exclude<OperationName, 'subscription'>;
  readonly #taskId: string;
  /** The number of actions so far; each has its own task and idempotency key. */
  #actions = 0;
  #actionId: string;

  constructor(cell: ProcessCell, operation: Exclude<OperationName, 'subscription'>, taskId: string) {
    const isVcf = cell.setup.kind === 'vcf';
    const expected = { list: 'ANSWERED', get: 'TASK', mutation: isVcf ? 'ACCEPTED' : 'REJECTED NOT_SUPPORTED_BY_SOURCE' };
    this.expected = expected[operation];
    this.ended = this.expected;
    this.#cell = cell;
    this.#operation = operation;
    this.#taskId = taskId;
    this.#actionId = taskId;
  }

  async begin(): Promise<PendingOperation> {
    const { planes, kind } = this.#cell.setup;
    const isAction = this.#operation === 'mutation';
    this.#actions += 1;
    if (kind === 'vcf') this.#actionId = `vcf:${planes.vcf.addTask({ status: 'FAILED' })}`;
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const arrived = new Promise<void>((resolve) => {
      this.#cell.proxy.toxin = async (proxied) => {
        // Holds the request of the action; when there is none, the read.
        if (isAction && kind === 'vcf' && proxied.method === 'GET') return proxied.pass();
        resolve();
        await released;
        return proxied.pass();
      };
    });
    const outcome = this.resume();
    await Promise.race([arrived, outcome]);
    return { outcome, release };
  }

  end({ outcome }: PendingOperation): Promise<string> {
    return outcome;
  }

  /** Sends the last action again, with its key. */
  async resume(): Promise<string> {
    try {
      if (this.#operation === 'mutation') return await this.#act();
      if (this.#operation === 'get') return await get(this.#cell, this.#taskId);
      const { kind } = this.#cell.setup;
      const { all } = await listTasks(this.#cell, [kind], 0);
      return formatSourceOutcome(all.sources.find(({ source }: Json) => source.name === kind));
    } catch {
      return 'disconnected';
    }
  }

  close(): void {
    this.#cell.proxy.toxin = null;
  }

  async #act(): Promise<string> {
    const input = { id: this.#actionId, idempotencyKey: `key ${this.#actions}` };
    const { data, errors } = await this.#cell.ask(retryDocument, { input });
    if (errors !== undefined) return String(errors[0]?.extensions?.code);
    const { outcome, isRepeat, errors: found } = data.retryTask;
    const reasons = found.flatMap(({ __typename, blockers }: Json) => blockers?.map(({ code }: Json) => code) ?? [__typename]);
    return [outcome, ...reasons, ...(isRepeat === true ? ['(repeated)'] : [])].join(' ');
  }
}
