import type { GraphQLField, GraphQLObjectType } from 'graphql';
import { Extensions } from 'type-graphql';

/**
 * What a field costs in the budget of one response, in values; `ResponseBudget` explains the unit. It is declared
 * beside the field with one of the decorators below. A test finds lists of objects without one.
 */
export class FieldCost {
  readonly kind: 'value' | 'inline-list' | 'charged-list' | 'payload';
  /** Values that each object with this field costs. */
  readonly weight: number;
  /**
   * The argument whose entries are charged before the field is resolved; null: the items of the list are charged after
   * it.
   */
  readonly chargedArgument: string | null;

  constructor(kind: FieldCost['kind'], weight: number, chargedArgument: string | null = null) {
    this.kind = kind;
    this.weight = weight;
    this.chargedArgument = chargedArgument;
  }
}

type FieldDecorator = MethodDecorator & PropertyDecorator;

/** A field that takes as much time as so many usual ones. Without a decorator, a field costs 1. */
export function Cost(weight: number): FieldDecorator {
  return Extensions({ cost: new FieldCost('value', weight) });
}

/** A list that is short by nature: with all that is selected below it, it costs as much as one object. */
export function InlineList(): FieldDecorator {
  return Extensions({ cost: new FieldCost('inline-list', 1) });
}

/** A list of any length: each item is charged, with all that is selected below it, before the items are resolved. */
export function ChargedList({ weight = 1, argument = null }: { weight?: number; argument?: string | null } = {}): FieldDecorator {
  return Extensions({ cost: new FieldCost('charged-list', weight, argument) });
}

/** JSON as a plane sent it: its size is charged as well. */
export function ChargedPayload(weight: number): FieldDecorator {
  return Extensions({ cost: new FieldCost('payload', weight) });
}

/**
 * What the value of a field depends on, besides the arguments, the caller's rights and the configuration. It is declared beside
 * the field with one of the decorators below, because answers and their parts are kept only while that has not changed. A test
 * demands a decision for every field with a resolver of its own.
 *
 * | Dependence | The value is the same                                                                            |
 * | ---------- | ------------------------------------------------------------------------------------------------ |
 * | `data`     | while the tasks that it comes from are unchanged, however often they are read again; the default |
 * | `read`     | until the plane is read again, also where that brings the same tasks                             |
 * | `moment`   | for one operation only: it depends on the time, or on what is outside the cached tasks           |
 * | `progress` | for one operation while the work goes on, as the operation notes; after that as with `data`      |
 */
type FieldDependence = 'data' | 'read' | 'moment' | 'progress';

/** A field that says when or how fast a plane was read. */
export function DependsOnRead(): FieldDecorator {
  return Extensions({ dependence: 'read' });
}

/** A field that depends on the time of the operation until the work is finished. */
export function DependsOnProgress(): FieldDecorator {
  return Extensions({ dependence: 'progress' });
}

/** A field that depends on the time of the operation, the store, the health of a source, or actions in progress. */
export function DependsOnMoment(): FieldDecorator {
  return Extensions({ dependence: 'moment' });
}

export function readFieldDependence({ extensions }: Pick<GraphQLField<unknown, unknown>, 'extensions'>): FieldDependence {
  const { dependence } = extensions;
  return dependence === 'read' || dependence === 'moment' || dependence === 'progress' ? dependence : 'data';
}

/**
 * Declares that objects of a type, or of all types that implement an interface, never change, and that the same object is served again so
 * long as nothing has changed. What was computed from its properties can then be kept with it.
 */
export function Lasting(): ClassDecorator {
  return Extensions({ lasting: true });
}

/** Whether a type is declared with `@Lasting`. */
export function isLasting(type: GraphQLObjectType): boolean {
  return [type, ...type.getInterfaces()].some(({ extensions }) => extensions['lasting'] === true);
}
