import type { Connection } from './connection';
import { ipBytes } from './zeek';

/** Columns of `ra -c ,` as the CTU captures have them, without the label. */
export const argusHeader = 'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,SrcPkts\n';

/** What Argus calls the end of a connection that Zeek calls so. */
const tcpStates: Readonly<Record<string, string>> = { SF: 'FSPA_FSPA', S0: 'S_', REJ: 'S_RA', RSTO: 'SRPA_SPA', RSTR: 'SPA_SRPA', S1: 'SPA_SPA' };
const ethernet = 14;

export function argusRow(c: Connection): string {
  const packets = c.forwardPackets + c.backwardPackets;
  const sent = ipBytes(c, c.forwardPackets, c.forwardBytes) + ethernet * c.forwardPackets;
  const received = ipBytes(c, c.backwardPackets, c.backwardBytes) + ethernet * c.backwardPackets;
  const both = c.backwardPackets > 0;
  const icmp = c.protocol === 'icmp';
  const state = icmp ? 'ECO' : c.protocol === 'udp' ? (both ? 'CON' : 'INT') : tcpStates[c.state] ?? 'SPA_SPA';
  const port = (n: number): string => (icmp ? `0x${n.toString(16).padStart(4, '0')}` : String(n));
  const direction = c.protocol !== 'tcp' && both ? '  <->' : '   ->';
  return `${time(c.time)},${c.duration.toFixed(6)},${c.protocol},${c.source},${port(c.sourcePort)},${direction},${c.destination},${port(c.destinationPort)},${state},0,${both ? 0 : ''},${packets},${sent + received},${sent},${c.forwardPackets}\n`;
}

/** 2026/03/02 08:00:01.123456, in UTC. */
function time(seconds: number): string {
  const [whole, fraction] = seconds.toFixed(6).split('.');
  return `${new Date(Number(whole) * 1000).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')}.${fraction}`;
}
