/** Port classes for ports that are not common in the baseline, by IANA's ranges. */
export const PORT_CLASSES = ['system', 'registered', 'dynamic'] as const;
export type PortClass = (typeof PORT_CLASSES)[number];

export function portClass(port: number): PortClass {
  return port < 1024 ? 'system' : port < 49152 ? 'registered' : 'dynamic';
}

/** A port with its protocol: `tcp/443`. */
export function portName(protocol: string, port: number): string {
  return `${protocol}/${port}`;
}
