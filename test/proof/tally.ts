import { type ConnectionState, connectionStates } from './connection-states.js';
import type { Judgement } from './oracle.js';
import type { ProofTask } from './proof-plane.js';

interface Row {
  tasks: number;
  requested: number;
  tried: number;
  sends: number;
  late: number;
  doubled: number;
  wrong: number;
}

const emptyRow = (): Row => ({ tasks: 0, requested: 0, tried: 0, sends: 0, late: 0, doubled: 0, wrong: 0 });

/** Findings that are shown in full. */
const shown = 20;

/** The sum of all judgements. */
export class Tally {
  /** Tasks that were acted on. */
  tasks = 0;
  /** Actions that clients requested. */
  requested = 0;
  /** Those of them with a fault, in the exchange with the plane or in its connection. */
  requestedWithFault = 0;
  /** Those that the gateways tried to send. */
  tried = 0;
  /** Requests for an action that arrived with a good token. */
  sends = 0;
  /** Responses after the deadline: UNKNOWN, which is true. */
  late = 0;
  doubled = 0;
  wrong = 0;
  /** Requests that followed a redirect. */
  redirectedRequests = 0;
  /** Errors that the gateways reported. */
  readonly reported: unknown[] = [];
  /** The first false results, as texts. */
  readonly findings: string[] = [];
  readonly #rows = new Map<string, Row>();
  readonly #refusals = new Map<string, number>();

  add(
    clients: string,
    connection: ConnectionState,
    { id, fault, arrivals }: ProofTask,
    { isDoubled, wrong, isLate, sends, requested, tried, refusals }: Judgement,
  ): void {
    const hasFault = fault.name !== 'none' || connection !== 'open';
    this.tasks += 1;
    this.requested += requested;
    this.requestedWithFault += hasFault ? requested : 0;
    for (const code of refusals) this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + 1);
    this.tried += tried;
    this.sends += sends;
    this.late += Number(isLate);
    this.doubled += Number(isDoubled);
    this.wrong += Number(wrong.length > 0);
    for (const name of [
      `fault    ${sends === 0 && connection !== 'open' ? connectionStates[connection].name : fault.name}`,
      `clients  ${clients}`,
    ]) {
      const row = this.#rows.get(name) ?? emptyRow();
      row.tasks += 1;
      row.requested += requested;
      row.tried += tried;
      row.sends += sends;
      row.late += Number(isLate);
      row.doubled += Number(isDoubled);
      row.wrong += Number(wrong.length > 0);
      this.#rows.set(name, row);
    }
    if ((isDoubled || wrong.length > 0) && this.findings.length < shown) {
      const requested = arrivals.map(({ action, answer }) => `${action} ${answer}`).join(', ');
      this.findings.push(
        `${id}, ${clients}, ${connection}, ${fault.name}: ${isDoubled ? 'DOUBLED ' : ''}${wrong.join('; ')} (arrived: ${requested})`,
      );
    }
  }

  report(error: unknown): void {
    if (this.reported.length < shown) this.reported.push(error);
  }

  /** No action was sent twice and no result was false. */
  get isClean(): boolean {
    return this.doubled === 0 && this.wrong === 0 && this.redirectedRequests === 0;
  }

  /** The table, for people. */
  lines(): readonly string[] {
    const columns = ['tasks', 'requested', 'tried', 'arrived', 'late', 'doubled', 'wrong'];
    const line = (name: string, values: readonly (number | string)[]): string =>
      `${name.padEnd(46)}${values.map((value) => String(value).padStart(9)).join('')}`;
    const rows = [...this.#rows].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return [
      line('', columns),
      ...rows.map(([name, row]) => line(name, [row.tasks, row.requested, row.tried, row.sends, row.late, row.doubled, row.wrong])),
      line('all', [this.tasks, this.requested, this.tried, this.sends, this.late, this.doubled, this.wrong]),
      `not sent: ${[...this.#refusals].map(([code, count]) => `${code} ${count}`).join(', ')}`,
    ];
  }
}
