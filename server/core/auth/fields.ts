import type { AUTH_FIELDS } from '../table/flowBuilder';

/** Kinds of values: fields of one kind share a list in merged vocabularies. */
export type ValueKind = 'auth_type' | 'logon_type' | 'auth_orient' | 'success' | 'user' | 'domain' | 'pc';

/** One of the ten fields of an authentication event that models read, in the order of its tokens. */
export interface EventField {
  /** Name as the published system has it (specs/auth-sequence.md). */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Its column in the common view. */
  readonly member: (typeof AUTH_FIELDS)[number] | 'source' | 'destination';
  readonly kind: ValueKind;
}

/** The fields of an event, by position. */
export const EVENT_FIELDS: readonly EventField[] = [
  { name: 'src_user', title: 'user', member: 'user', kind: 'user' },
  { name: 'src_domain', title: 'user’s domain', member: 'userDomain', kind: 'domain' },
  { name: 'dst_user', title: 'target user', member: 'targetUser', kind: 'user' },
  { name: 'dst_domain', title: 'target’s domain', member: 'targetDomain', kind: 'domain' },
  { name: 'src_pc', title: 'source host', member: 'source', kind: 'pc' },
  { name: 'dst_pc', title: 'destination host', member: 'destination', kind: 'pc' },
  { name: 'auth_type', title: 'authentication type', member: 'authType', kind: 'auth_type' },
  { name: 'logon_type', title: 'logon type', member: 'logonType', kind: 'logon_type' },
  { name: 'auth_orient', title: 'orientation', member: 'orientation', kind: 'auth_orient' },
  { name: 'success', title: 'outcome', member: 'outcome', kind: 'success' },
];

/** Positions of fields that are told apart by number. */
export const SOURCE_USER = 0;
export const TARGET_USER = 2;
export const DESTINATION_HOST = 5;

/** How a missing value is written in tokens and lines. */
export const UNKNOWN_VALUE = '?';

export const HOURS = 24;

/** The hour of the day (0 to 23) of a time in seconds; -1 for none. */
export function hourOf(seconds: number): number {
  const second = ((seconds % 86400) + 86400) % 86400;
  return second === second ? Math.floor(second / 3600) : -1;
}

/** The day of a time in seconds, counted from 0: LANL's event at second 86,400 is of day 1. */
export function dayOf(seconds: number): number {
  return Math.floor(seconds / 86400);
}

/** The published system cuts `$` off target accounts, so that machine accounts look like their machines. */
export function referenceTarget(text: string): string {
  return text.replace('$', '');
}
