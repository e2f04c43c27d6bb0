import type { Draw } from './draw';

/** Who and what there is in the office. External addresses are of the blocks reserved for documentation (RFC 5737). */
export interface Office {
  readonly clients: readonly Client[];
  readonly sites: readonly Site[];
}

export interface Client {
  readonly address: string;
  readonly agent: string;
  /** Sites this person goes to, most liked first. */
  readonly favourites: readonly Site[];
}

export interface Site {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly secure: boolean;
}

export const resolver = '10.1.0.2';
export const fileServer = '10.1.0.10';
export const printer = '10.1.0.20';
export const backupServer = '10.1.0.30';
export const mailServer = '192.0.2.25';
export const timeServer = '192.0.2.123';

const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
];

const siteWords = ['news', 'maps', 'weather', 'search', 'video', 'travel', 'bank', 'shop', 'docs', 'calendar', 'code', 'wiki', 'forum', 'cdn', 'fonts', 'stats', 'updates', 'images', 'recipes', 'jobs'];

/** An office of `size` people, who browse about 40 sites; one in four sites is not encrypted. Addresses 10.1.1.0 and up. */
export function makeOffice(draw: Draw, size: number): Office {
  const sites = ['example.com', 'example.org'].flatMap((domain, i) => siteWords.map((word, j): Site => ({
    name: `${word}.${domain}`,
    addresses: Array.from({ length: draw.between(1, 3) }, () => `${i === 0 ? '198.51.100' : '203.0.113'}.${draw.between(10, 199)}`),
    secure: j % 4 !== 1,
  })));
  const clients = Array.from({ length: size }, (_, i): Client => ({
    address: `10.1.${1 + Math.floor(i / 200)}.${20 + i % 200}`,
    agent: draw.pick(agents),
    favourites: Array.from({ length: 12 }, () => draw.pick(sites)),
  }));
  return { clients, sites };
}

/** A site of this person's: the favourites by Zipf's law, now and then any other. */
export function chooseSite(draw: Draw, office: Office, client: Client): Site {
  if (draw.chance(0.1)) return draw.pick(office.sites);
  return client.favourites[Math.floor(client.favourites.length ** draw.unit()) - 1] ?? draw.pick(client.favourites);
}

/** How busy each hour of the day is; people work from eight to six and eat at noon. */
const busy = [3, 2, 2, 2, 2, 3, 8, 30, 80, 100, 100, 95, 55, 85, 100, 95, 90, 60, 25, 12, 8, 6, 5, 4];
const total = busy.reduce((sum, hour) => sum + hour, 0);
export const day = 86400;

/** Second of the day by which the share `done` (0..1) of a day's activity has happened: the inverse of the running sum of `busy`. */
export function timeOfDay(done: number): number {
  let left = done * total;
  for (let hour = 0; hour < 24; hour++) {
    if (left < busy[hour]!) return 3600 * (hour + left / busy[hour]!);
    left -= busy[hour]!;
  }
  return day;
}

export const working = (second: number): boolean => second > 7 * 3600 && second < 19 * 3600;
