import type { Json } from '../../support/post.js';
import type { OperationName } from '../matrix/fault.js';
import { get, listOf, wordOf } from '../matrix/operations.js';
import type { ProcessCell } from './process-cell.js';
import type { Begun, ProcessOperation } from './process-operation.js';

const acting = `mutation ($input: RetryTaskInput!) { retryTask(input: $input) {
  outcome isRepeat errors { __typename ... on TaskActionErrorFields { message } ... on TaskActionNotAllowedError { blockers { code } } } } }`;

/** A list, one task, or an action. */
export class ProcessRequest implements ProcessOperation {
  readonly usual: string;
  readonly ended: string;
  readonly killed = 'cut';
  readonly #cell: ProcessCell;
  readonly #operation: Exclude<OperationName, 'subscription'>;
  readonly #taskId: string;
  /** So many actions were begun; each has a task and a key of its own. */
  #actions = 0;
  #actionId: string;

  constructor(cell: ProcessCell, operation: Exclude<OperationName, 'subscription'>, taskId: string) {
    const isVcf = cell.question.kind === 'vcf';
    const usual = { list: 'ANSWERED', get: 'TASK', mutation: isVcf ? 'ACCEPTED' : 'REJECTED NOT_SUPPORTED_BY_SOURCE' };
    this.usual = usual[operation];
    this.ended = this.usual;
    this.#cell = cell;
    this.#operation = operation;
    this.#taskId = taskId;
    this.#actionId = taskId;
  }

  async begin(): Promise<Begun> {
    const { planes, kind } = this.#cell.question;
    const isAction = this.#operation === 'mutation';
    this.#actions += 1;
    if (kind === 'vcf') this.#actionId = `vcf:${planes.vcf.addTask({ status: 'FAILED' })}`;
    let letGo = (): void => undefined;
    const released = new Promise<void>((resolve) => (letGo = resolve));
    const arrived = new Promise<void>((resolve) => {
      this.#cell.proxy.toxin = async (passage) => {
        // An action is held where it is one; else what is read for it.
        if (isAction && kind === 'vcf' && passage.method === 'GET') return passage.pass();
        resolve();
        await released;
        return passage.pass();
      };
    });
    const word = this.resume();
    await Promise.race([arrived, word]);
    return { word, letGo };
  }

  end({ word }: Begun): Promise<string> {
    return word;
  }

  /** The last action with its key, where it is one. */
  async resume(): Promise<string> {
    try {
      if (this.#operation === 'mutation') return await this.#act();
      if (this.#operation === 'get') return await get(this.#cell, this.#taskId);
      const { kind } = this.#cell.question;
      const { all } = await listOf(this.#cell, [kind], 0);
      return wordOf(all.sources.find(({ source }: Json) => source.name === kind));
    } catch {
      return 'cut';
    }
  }

  close(): void {
    this.#cell.proxy.toxin = null;
  }

  async #act(): Promise<string> {
    const input = { id: this.#actionId, idempotencyKey: `key ${this.#actions}` };
    const { data, errors } = await this.#cell.ask(acting, { input });
    if (errors !== undefined) return String(errors[0]?.extensions?.code);
    const { outcome, isRepeat, errors: found } = data.retryTask;
    const why = found.flatMap(({ __typename, blockers }: Json) => blockers?.map(({ code }: Json) => code) ?? [__typename]);
    return [outcome, ...why, ...(isRepeat === true ? ['again'] : [])].join(' ');
  }
}
