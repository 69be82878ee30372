import { defaultPageSize, maxPageSize } from './page-arguments.js';

/** Schema descriptions that all connections, edges and list arguments share. */
export const pageDescriptions = {
  edges: 'The items of this page, each with its cursor.',
  nodes: 'The items of this page, the same as in edges but with no cursors.',
  pageInfo: 'Whether further pages exist, and the cursors at both ends of this page.',
  cursor: 'Opaque position of the item in the list. Give it to the argument after or before to continue from this item.',
  node: 'The item at this position of the list.',
  first: `Number of items to return from the start of the list, from 0 to ${maxPageSize}. It cannot be combined with last; when both are null, it is ${defaultPageSize}.`,
  last: `Number of items to return from the end of the list, from 0 to ${maxPageSize}. It cannot be combined with first.`,
  after: 'A cursor: only items that follow it in the list are returned. Null starts at the beginning of the list.',
  before: 'A cursor: only items that precede it in the list are returned. Null ends at the end of the list.',
  maxAgeMs:
    'Greatest age of the data in milliseconds: no control plane is contacted for data that was read more recently. Null is the default that the configuration sets, and 0 reads the data again; the configuration may set a lower bound.',
} as const;
