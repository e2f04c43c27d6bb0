// Pictures of a user interface have few colours: a PNG with a palette of 256 is a third as large and looks the same.
import zlib from 'node:zlib';

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

/** A PNG of at most 256 colours from one as browsers write them (8 bit RGB or RGBA, not interlaced); transparency is dropped. */
export function smallPng(png) {
  const { width, height, pixels } = decode(png), counts = new Map();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = paletteOf([...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])), index = new Map(palette.map((colour, i) => [colour, i]));
  const nearest = (colour) => {
    let best = 0;
    for (let i = 1; i < palette.length; i++) if (distance(palette[i], colour) < distance(palette[best], colour)) best = i;
    index.set(colour, best);
    return best;
  };
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) { const colour = pixels[y * width + x]; rows[y * (width + 1) + 1 + x] = index.get(colour) ?? nearest(colour); }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('PLTE', Buffer.from(palette.flatMap((c) => [c >> 16, c >> 8 & 255, c & 255]))), chunk('IDAT', zlib.deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

/** The most frequent colours, and those that these stand for worst: a thin red ring stays red. `counted`: colours with their pixels, most frequent first. */
function paletteOf(counted) {
  const palette = counted.slice(0, 96).map(([colour]) => colour), rest = counted.slice(96), off = rest.map(([colour]) => Math.min(...palette.map((one) => distance(one, colour))));
  while (palette.length < 256 && palette.length < counted.length) {
    let worst = 0;
    for (let i = 1; i < rest.length; i++) if (off[i] * Math.sqrt(rest[i][1]) > off[worst] * Math.sqrt(rest[worst][1])) worst = i;
    const [colour] = rest[worst];
    palette.push(colour);
    for (let i = 0; i < rest.length; i++) off[i] = Math.min(off[i], distance(colour, rest[i][0]));
  }
  return palette;
}

function distance(a, b) {
  return ((a >> 16) - (b >> 16)) ** 2 + ((a >> 8 & 255) - (b >> 8 & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;
}

/** Pixels as 0xrrggbb. */
function decode(png) {
  const parts = [];
  let width = 0, height = 0, channels = 0;
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at), type = png.toString('latin1', at + 4, at + 8), data = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') {
      [width, height, channels] = [data.readUInt32BE(0), data.readUInt32BE(4), { 2: 3, 6: 4 }[data[9]]];
      if (data[8] !== 8 || channels === undefined || data[12] !== 0) throw new Error('not an 8 bit RGB or RGBA picture without interlacing');
    } else if (type === 'IDAT') parts.push(data);
    at += 12 + length;
  }
  const raw = zlib.inflateSync(Buffer.concat(parts)), stride = width * channels, lines = Buffer.alloc(stride * height), pixels = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) for (let i = 0; i < stride; i++) {
    const left = i >= channels ? lines[y * stride + i - channels] : 0, up = y > 0 ? lines[(y - 1) * stride + i] : 0, corner = i >= channels && y > 0 ? lines[(y - 1) * stride + i - channels] : 0;
    lines[y * stride + i] = raw[y * (stride + 1) + 1 + i] + [0, left, up, (left + up) >> 1, paeth(left, up, corner)][raw[y * (stride + 1)]];
  }
  for (let p = 0; p < pixels.length; p++) pixels[p] = lines[p * channels] << 16 | lines[p * channels + 1] << 8 | lines[p * channels + 2];
  return { width, height, pixels };
}

function paeth(left, up, corner) {
  const guess = left + up - corner, [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function chunk(type, data) {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

/** CRC-32 of PNG, specification annex D. */
function crc(bytes) {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value >>> 1 ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}
