import type { NamedHost } from './named-host.js';
import type { ToxicProxy } from '../toxic-proxy.js';
import type { KeyPair } from '../../upstream/certificates.js';

export const kinds = ['catalog', 'astra', 'vcf'] as const;
export type Kind = (typeof kinds)[number];

export const operations = ['list', 'get', 'mutation', 'subscription'] as const;
export type OperationName = (typeof operations)[number];

/** What a fault works on. */
export interface FaultContext {
  readonly kind: Kind;
  readonly operation: OperationName;
  readonly proxy: ToxicProxy;
  /** Where the name of the plane leads, for those that are reached by name. */
  readonly host: Pick<NamedHost, 'lookup'>;
  /** Another origin, that nobody may ever ask. */
  readonly elsewhere: string;
  /** Certificates that must not be taken; none without openssl. */
  readonly badCertificates: readonly KeyPair[];
  /** From 0 to 1, by the seed. */
  readonly chance: () => number;
  /** Sets the clock of the gateway on. */
  setClock(ms: number): void;
  /** Lets time pass for all that lasts, such as the window of a circuit breaker. */
  wait(ms: number): void;
  /** Reads the list, anew. */
  read(): Promise<void>;
  /** Is called at the end. */
  atEnd(act: () => unknown): void;
}

/** Words that may come of an operation; null: there is no such cell. */
export type Expected = readonly string[] | null;

/** A row of the matrix. */
export interface MatrixFault {
  readonly number: number;
  readonly name: string;
  begin(bed: FaultContext): unknown;
  /** Keys of the source's configuration. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** How the plane is reached. */
  readonly reached?: 'by name' | 'with TLS';
  expected(operation: OperationName, kind: Kind): Expected;
  /** Whether reads that go on open the circuit breaker. */
  readonly breaker: 'opens' | 'stays closed' | 'either';
  /** Requests of one action that may arrive, where it is not one. */
  readonly sends?: number;
}

/** What is expected of each operation; of the mutation at a plane that has actions. */
export interface Expectations {
  readonly list: Expected;
  readonly get: Expected;
  readonly mutation: Expected;
  readonly subscription: Expected;
}

/** The planes without actions refuse one before anything is sent. */
export function expecting(ofKind: (kind: Kind) => Expectations): MatrixFault['expected'] {
  return (operation, kind) => {
    const words = ofKind(kind)[operation];
    return operation === 'mutation' && kind !== 'vcf' && words !== null ? ['REJECTED TaskActionNotAllowedError'] : words;
  };
}

/** The plane did not answer well: what was last known is served, or nothing. */
export function failed(...problems: readonly string[]): Pick<Expectations, 'list' | 'get' | 'subscription'> {
  return {
    list: [...problems, 'CIRCUIT_OPEN'].flatMap((problem) => [`STALE ${problem}`, `UNAVAILABLE ${problem}`]),
    get: ['STALE', 'SOURCE_UNAVAILABLE'],
    subscription: ['DOWN'],
  };
}

/** The plane refused the credentials: nothing that is known is shown. */
export function refused(problem: string): Pick<Expectations, 'list' | 'get' | 'subscription'> {
  return { list: [`UNAVAILABLE ${problem}`], get: ['SOURCE_UNAVAILABLE'], subscription: ['DOWN'] };
}

/** Nobody notices. */
export const unnoticed: Pick<Expectations, 'list' | 'get' | 'subscription'> = {
  list: ['ANSWERED'],
  get: ['TASK'],
  subscription: ['QUIET'],
};

export const notSent = ['REJECTED TaskSourceError'];
export const unknown = ['UNKNOWN TaskOutcomeUnknownError'];
export const accepted = ['ACCEPTED'];
