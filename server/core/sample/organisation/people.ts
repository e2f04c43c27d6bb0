import type { Draw } from '../draw';

/** When somebody works: hours of the day, and how busy the weekend is beside a working day. */
export interface Shift {
  readonly from: number;
  readonly to: number;
  readonly weekend: number;
}

export const SHIFTS = { day: { from: 8, to: 17, weekend: 0.03 }, late: { from: 13, to: 22, weekend: 0.1 }, night: { from: 22, to: 30, weekend: 0.7 } } as const satisfies Record<string, Shift>;

export type ShiftName = keyof typeof SHIFTS;

/** People who work together: any of them may come to use any of its servers, or sit down at any of its machines. */
export interface Department {
  readonly servers: readonly string[];
  readonly hosts: readonly string[];
}

/** Somebody with an account, a machine and habits. */
export interface Person {
  /** `user@domain`. */
  readonly account: string;
  /** Own machines: one, or two. */
  readonly hosts: readonly string[];
  readonly department: Department;
  /** Has no desk of their own: sits at any machine of the department, another one each day. */
  readonly roaming: boolean;
  readonly shift: ShiftName;
  /** How busy, beside others. */
  readonly weight: number;
  /** Servers that the person uses, most used first. */
  readonly servers: readonly string[];
  /** Administers servers and helps people at their machines. */
  readonly admin: boolean;
  /** Uses a program that knows no Kerberos. */
  readonly legacy: boolean;
  /** Day of the password's change, counted in a cycle of `PASSWORD_DAYS`. */
  readonly passwordDay: number;
}

export const PASSWORD_DAYS = 45;

/** An organisation: who and what there is. */
export interface Organisation {
  readonly people: readonly Person[];
  readonly hosts: readonly string[];
  readonly servers: readonly string[];
  readonly controllers: readonly string[];
  readonly mail: string;
  readonly legacyServer: string;
  /** Accounts of programs, and the servers they work on. */
  readonly jobs: readonly { readonly account: string; readonly host: string; readonly target: string; readonly minute: number }[];
}

export const DOMAIN = 'DOM1';

/** An organisation of so many people: departments with servers of their own, one machine a person, some accounts in another domain. */
export function makeOrganisation(draw: Draw, size: number): Organisation {
  let machines = 0;
  const machine = (): string => `C${++machines}`;
  const many = (count: number): string[] => Array.from({ length: count }, machine);
  const controllers = many(Math.max(2, Math.round(size / 1500)));
  const [mail, legacyServer] = many(2);
  const shared = many(3 + Math.round(size / 300));
  const departments = Array.from({ length: Math.max(2, Math.round(size / 25)) }, () => ({ servers: many(draw.between(4, 9)), hosts: [] as string[] }));
  const servers = [...shared, ...departments.flatMap((department) => department.servers)];
  const people = Array.from({ length: size }, (_, i): Person => {
    const admin = i % 33 === 7;
    const department = draw.pick(departments);
    const shift = draw.unit();
    const hosts = many(draw.chance(0.25) ? 2 : 1);
    department.hosts.push(...hosts);
    return {
      account: `U${i + 1}@${draw.chance(0.03) ? 'DOM2' : DOMAIN}`, hosts, department, roaming: draw.chance(0.1), weight: draw.logNormal(1, 0.7),
      shift: shift < 0.86 ? 'day' : shift < 0.95 ? 'late' : 'night',
      servers: [...new Set([...shuffled(draw, department.servers).slice(0, draw.between(2, 4)), ...Array.from({ length: draw.between(0, 2) }, () => draw.pick(shared)), ...(admin ? Array.from({ length: 8 }, () => draw.pick(servers)) : [])])],
      admin, legacy: draw.chance(0.2), passwordDay: draw.between(0, PASSWORD_DAYS - 1),
    };
  });
  const jobs = Array.from({ length: Math.max(3, Math.round(size / 20)) }, (_, i) => ({ account: `U${size + 1 + i}@${DOMAIN}`, host: draw.pick(servers), target: draw.pick(servers), minute: draw.between(0, 59) }));
  return { people, hosts: people.flatMap(({ hosts }) => hosts), servers, controllers, mail, legacyServer, jobs };
}

function shuffled<T>(draw: Draw, items: readonly T[]): T[] {
  return items.map((item) => ({ item, at: draw.unit() })).sort((a, b) => a.at - b.at).map(({ item }) => item);
}
