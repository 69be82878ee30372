import {
  defaultFieldResolver,
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

import { LimitExceededError } from '../../model/errors.js';
import { FieldCost } from '../../model/field-metadata.js';
import { isJsonObject, type JsonObject } from '../../model/scalars.js';
import type { QueryLimits } from './operation-limits.js';

/**
 * Bounds the response to one operation, or to one event of a subscription, before it is built.
 *
 * It is measured in values: of each item of a charged list, one for itself and one for each field that is selected of
 * it at most, or as many as the field declares (see `model/field-metadata.ts`). The default limit of 450,000 values is 200
 * tasks with every field of the schema, most of which are empty; or with 50 subtasks each and 40 fields of each of
 * those. A value that is there takes 1 to 2 µs, in which nobody else is answered. Without this bound, lists in lists
 * took 8 s and gave 16 MB.
 */
export class ResponseBudget {
  readonly #limits: Pick<QueryLimits, 'values' | 'rawKb'>;
  readonly #payloadBytes = new WeakMap<object, number>();
  #values = 0;
  #rawBytes = 0;

  constructor(limits: Pick<QueryLimits, 'values' | 'rawKb'>) {
    this.#limits = limits;
  }

  /** Forgets what was charged: the operation is executed anew. */
  restart(): void {
    this.#values = 0;
    this.#rawBytes = 0;
  }

  /**
   * Returns the list itself; throws a LimitExceededError when it does not fit, with all that is selected below its
   * field.
   */
  chargeList<List extends readonly unknown[]>(list: List, field: SelectedField): List {
    this.chargeValues(list.length * computeItemCost(field));
    return list;
  }

  /** Returns the payload itself; throws a LimitExceededError when it does not fit. */
  chargePayload(payload: JsonObject): JsonObject {
    const { rawKb } = this.#limits;
    if (rawKb === 0) return payload;
    const bytes = this.#payloadBytes.get(payload) ?? Buffer.byteLength(JSON.stringify(payload));
    this.#payloadBytes.set(payload, bytes);
    if (this.#rawBytes + bytes > rawKb * 1024)
      throw new LimitExceededError(
        `The answer to one operation holds at most ${rawKb} KiB of raw; of this task there are ${Math.ceil(bytes / 1024)} KiB more. Ask for raw of fewer tasks: a smaller first, or task(id).`,
      );
    this.#rawBytes += bytes;
    return payload;
  }

  /** Charges values that are computed already: of lists whose cost is known. Throws like `chargeList`. */
  chargeValues(more: number): void {
    const { values } = this.#limits;
    if (values > 0 && this.#values + more > values)
      throw new LimitExceededError(
        `The answer to one operation holds at most ${values} values, objects times the fields selected of each; this list asks for ${more} more than the ${this.#values} so far. Ask for less: a smaller first, fewer fields, or lists within lists in operations of their own.`,
      );
    this.#values += more;
  }
}

/** Makes every field of a schema that declares a charged list or a payload charge it, whichever resolver it has. */
export function chargeDeclaredFields(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const cost = readFieldCost(field);
      if (cost !== null && (cost.kind === 'charged-list' || cost.kind === 'payload')) chargeField(field, cost);
    }
  }
}

/** Null: nothing is declared, and the field costs 1. */
export function readFieldCost({ extensions }: GraphQLField<unknown, unknown>): FieldCost | null {
  const cost = extensions['cost'];
  return cost instanceof FieldCost ? cost : null;
}

/** Resolvers that charge a list which they read from a property of its object. */
const chargingReads = new WeakSet<object>();

/** Whether the value of a field is a property of its object, for which no resolver has to be called. Charged lists among them are not charged by reading it. */
export function isPropertyRead({ resolve }: GraphQLField<unknown, unknown>): boolean {
  return resolve === undefined || chargingReads.has(resolve);
}

function chargeField(
  field: GraphQLField<unknown, { readonly responseBudget: ResponseBudget }>,
  { kind, chargedArgument }: FieldCost,
): void {
  const isRead = field.resolve === undefined && kind === 'charged-list' && chargedArgument === null;
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (parent, args: Readonly<Record<string, unknown>>, context, info): unknown => {
    const charge = (value: unknown): unknown => {
      if (Array.isArray(value)) return context.responseBudget.chargeList(value, info);
      return kind === 'payload' && isJsonObject(value) ? context.responseBudget.chargePayload(value) : value;
    };
    if (chargedArgument !== null) {
      charge(args[chargedArgument]);
      return resolve(parent, args, context, info);
    }
    const result: unknown = resolve(parent, args, context, info);
    return result instanceof Promise ? result.then(charge) : charge(result);
  };
  if (isRead) chargingReads.add(field.resolve);
}

/** A field as an operation selects it. */
type SelectedField = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'schema' | 'returnType'>;

/** What each item of a charged list costs: one value, and all that is selected of it. */
export function computeItemCost(field: SelectedField): number {
  return 1 + selections.costBelow(field);
}

/**
 * Adds up the costs of the fields that are selected below one: the most that one object can have of them, whatever
 * `@skip` and `@include` say. It memoizes by the selection, which has the same type and fragments in every operation of its document.
 */
class SelectionCost {
  readonly #costs = new WeakMap<SelectionSetNode, number>();

  costBelow(field: SelectedField): number {
    const type = getNamedType(field.returnType);
    return field.fieldNodes.reduce((sum, { selectionSet }) => sum + this.#costOf(selectionSet, type, field), 0);
  }

  #costOf(selectionSet: SelectionSetNode | undefined, type: GraphQLNamedType | undefined, field: SelectedField): number {
    if (selectionSet === undefined) return 0;
    const known = this.#costs.get(selectionSet);
    if (known !== undefined) return known;
    // A fragment that spreads itself is no valid document; the recursion ends here all the same.
    this.#costs.set(selectionSet, 0);
    const cost = this.#addUp(selectionSet, type, field);
    this.#costs.set(selectionSet, cost);
    return cost;
  }

  #addUp({ selections }: SelectionSetNode, type: GraphQLNamedType | undefined, field: SelectedField): number {
    let always = 0;
    // An object has one of these types, so only the most expensive counts.
    const byType = new Map<string, number>();
    for (const one of selections) {
      if (one.kind === Kind.FIELD) {
        const selected = isObjectType(type) || isInterfaceType(type) ? type.getFields()[one.name.value] : undefined;
        const cost = selected === undefined ? null : readFieldCost(selected);
        const below = selected === undefined ? undefined : getNamedType(selected.type);
        // A charged list charges what is below it itself.
        always += (cost?.weight ?? 1) + (cost?.kind === 'charged-list' ? 0 : this.#costOf(one.selectionSet, below, field));
        continue;
      }
      const fragment = one.kind === Kind.INLINE_FRAGMENT ? one : field.fragments[one.name.value];
      const condition = fragment?.typeCondition?.name.value;
      const fragmentType = condition === undefined ? type : field.schema.getType(condition);
      const cost = this.#costOf(fragment?.selectionSet, fragmentType, field);
      if (condition !== undefined && isObjectType(fragmentType)) byType.set(condition, (byType.get(condition) ?? 0) + cost);
      else always += cost;
    }
    return always + Math.max(0, ...byType.values());
  }
}

const selections = new SelectionCost();
