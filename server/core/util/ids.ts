declare const brand: unique symbol;
type Id<Name extends string> = number & { readonly [brand]: Name };

/** Index of a row in its log, from 0. */
export type RowId = Id<'RowId'>;
/** Index of a symbol in an alphabet, from 0. */
export type SymbolId = Id<'SymbolId'>;
/** Number of a state in a compact automaton, breadth first from the root, which is 0. */
export type StateId = Id<'StateId'>;
/** Index of an entity in an entity table, from 0. */
export type EntityId = Id<'EntityId'>;
