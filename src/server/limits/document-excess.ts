import {
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';

import { hasCircle } from './has-circle.js';
import type { ShapeLimits } from './server-limits.js';
import { shapeOf, type ShapeOf } from './shape.js';

/** What is bounded even where the configuration sets no limit: a walk must end, and validation compares duplicates in pairs. */
const most = { depth: 500, selections: 100_000, fragments: 500, duplicates: 100, directives: 5 };

/**
 * What is too much in a document that parses and is not validated yet, in words for the client; null where nothing is. The
 * operation that is asked for is held against the limits, or each where that cannot be told; what costs validation counts everywhere.
 */
export function documentExcess(document: DocumentNode, operationName: string | null | undefined, limits: ShapeLimits): string | null {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  if (fragments.size > most.fragments) return 'The document has too many fragments.';
  if (hasCircle(fragments)) return 'A fragment of the document is spread inside itself.';
  const chosen = getOperationAST(document, operationName);
  const bounds = { depth: most.depth, selections: limits.selections === 0 ? most.selections : limits.selections };
  for (const definition of document.definitions) {
    if (!isExecutable(definition)) continue;
    const shape = shapeOf(definition.selectionSet, fragments, bounds);
    const excess =
      costlyToValidate(shape, definition) ??
      (definition.kind === Kind.OPERATION_DEFINITION && (chosen == null || chosen === definition)
        ? beyondLimits(shape, definition.operation, limits)
        : null);
    if (excess !== null) return excess;
  }
  return null;
}

type Executable = OperationDefinitionNode | FragmentDefinitionNode;

function isExecutable(definition: DefinitionNode): definition is Executable {
  return definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION;
}

function costlyToValidate({ depth, duplicates, directives }: ShapeOf, { directives: own = [] }: Executable): string | null {
  if (depth > most.depth) return 'The document is nested too deeply.';
  if (duplicates > most.duplicates) return 'The document repeats one field too often in one place.';
  return Math.max(directives, own.length) > most.directives ? 'The document has too many directives in one place.' : null;
}

function beyondLimits(shape: ShapeOf, operation: OperationTypeNode, limits: ShapeLimits): string | null {
  const isMutation = operation === OperationTypeNode.MUTATION;
  if (isBeyond(shape.rootFields.size, isMutation ? limits.mutationRootFields : limits.rootFields))
    return `The ${operation} has more root fields than limits.${isMutation ? 'mutationRootFields' : 'rootFields'} allows.`;
  if (isBeyond(shape.selections, limits.selections)) return 'The operation has more selections than limits.selections allows.';
  // Tools that read the schema go deep, and repeat themselves.
  if (shape.isAboutSchema) return null;
  if (isBeyond(shape.depth, limits.depth)) return 'The operation is deeper than limits.depth allows.';
  return isBeyond(shape.aliases, limits.aliases) ? 'The operation has more aliases than limits.aliases allows.' : null;
}

function isBeyond(figure: number, limit: number): boolean {
  return limit !== 0 && figure > limit;
}
