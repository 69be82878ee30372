import { type DocumentNode, type GraphQLSchema, Kind, OperationTypeNode, TypeInfo, visit, visitWithTypeInfo } from 'graphql';

import { readFieldDependence } from '../model/field-metadata.js';

/** How long the answer to an operation may be kept, whatever it read. */
export type Keeping =
  /** For no other request: it changes something, or depends on more than the tasks. */
  | 'never'
  /** Until its data is read again, because it says when that was. */
  | 'until read'
  /** As long as its data is unchanged, however often it is read again. */
  | 'until changed';

/** Judges a valid document by all fields that it selects, those of every operation and fragment in it. */
export function classifyDocument(schema: GraphQLSchema, document: DocumentNode): Keeping {
  const types = new TypeInfo(schema);
  let keeping: Keeping = 'until changed';
  visit(
    document,
    visitWithTypeInfo(types, {
      OperationDefinition: ({ operation }) => {
        if (operation !== OperationTypeNode.QUERY) keeping = 'never';
      },
      Field: ({ name: { value: name } }) => {
        const field = types.getFieldDef();
        // Introspection, and the schema as a subgraph: they depend on a right of their own.
        const isOfSchema = field?.extensions['right'] === 'introspect' || (name.startsWith('__') && name !== '__typename');
        const dependence = field == null || isOfSchema ? 'moment' : readFieldDependence(field);
        if (dependence === 'moment') keeping = 'never';
        else if (dependence === 'read' && keeping !== 'never') keeping = 'until read';
      },
    }),
  );
  return document.definitions.every(({ kind }) => kind === Kind.OPERATION_DEFINITION || kind === Kind.FRAGMENT_DEFINITION)
    ? keeping
    : 'never';
}
