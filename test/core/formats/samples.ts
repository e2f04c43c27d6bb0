import { bytesOf } from './reading';

const CONN_ROWS = [
  '1517336042.090842\tCi85EB2YjUI9a2eql6\t10.55.182.100\t14291\t10.233.233.5\t80\ttcp\t-\t3.000158\t0\t0\tS0\t(empty)',
  '1517336042.279652\tCVvreZ2AGtqjnP3nnl\tfe80::1\t55638\tff02::fb\t53\tudp\tdns\t0.069982\t61\t81\tSF\ta,b',
  '1517336041.9\tCx\t10.0.0.1\t8\t10.0.0.2\t0\ticmp\t-\t-\t-\t-\tOTH\t\\x2d',
  'half\ta row',
  '',
  '1517336043.5\tCy\t10.0.0.1\tx\t10.0.0.2\t22\ttcp\tssh\\x09\t1e2\t18446744073709551615\t-\tSF\t-\textra',
];
const CONN_HEADER = ['#separator \\x09', '#set_separator\t,', '#empty_field\t(empty)', '#unset_field\t-', '#path\tconn',
  '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\ttunnel_parents', '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tset[string]'];
const IOT_ROWS = ['1545403816.962094\tCrDn\t192.168.1.195\t41040\t185.244.25.235\t80\ttcp\t-\t3.139211\t0\t0\tS0\t-   Benign   -', '1545403817.1\tCrDo\t192.168.1.195\t41040\t185.244.25.235\t80\ttcp\t-\t-\t-\t-\tS0\t-   Malicious   C&C'];

const lines = (...all: string[]): Uint8Array => bytesOf(`${all.join('\n')}\n`);

/** A small log of every format and dialect, with the usual flaws. */
export const samples: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ['zeekTsv', lines(...CONN_HEADER, ...CONN_ROWS, '#close\t2018', ...CONN_HEADER, ...CONN_ROWS)],
  ['zeekTsv, CRLF and byte order mark', bytesOf(`\ufeff${[...CONN_HEADER, ...CONN_ROWS].join('\r\n')}\r\n`)],
  ['zeekTsv, IoT-23', lines(...CONN_HEADER.slice(0, 5), `${CONN_HEADER[5]}   label   detailed-label`, `${CONN_HEADER[6]}   string   string`, ...IOT_ROWS, CONN_ROWS[0], ...IOT_ROWS)],
  ['zeekTsv, bars', lines('ts|uid|id.orig_h|id.orig_p|id.resp_h|id.resp_p|label', '1.5|C|a|1|b|2|Benign', '1.6|D|a||b|2|-', 'x|y', '2|E|a|1|c|3|Malicious   C&C')],
  ['zeekJson', lines('{"ts":1664464159.938391,"uid":"Cf","id.orig_h":"172.16.1.11","id.orig_p":3,"id.resp_h":"é","id.resp_p":3,"proto":"icmp","conn_state":"OTH","tags":["a","}"]}',
    '{"ts":1664464160,"uid":"Cg","id.orig_h":"172.16.1.11","id.orig_p":4,"id.resp_h":"x\\u0041\\"","id.resp_p":null,"proto":"tcp","conn_state":"SF","local_orig":true,"late":1.5}', '{"ts":166446', '{"ts":"2018-11-28T04:50:48Z","uid":"Ch","id.orig_h":"b","id.orig_p":"q","id.resp_h":"c","id.resp_p":3}')],
  ['argus', lines('StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,Label', '2018/05/10 10:52:47.283479,0.045010,man,0,0,,0,0,STA,,,0,0,0,', '1970/01/01 01:00:06.520177,1.992655,icmp,10.0.0.1,0x0008,   ->,10.0.0.2,0x2d34,ECO,0,,3,126,126,flow=x',
    '1970/01/01 01:00:06.520177,1.992655,arp,00:0a:00:00:00:01,,  who,fe80::1,,INT,,,3,126,200,', 'cut,off', '1970/01/01 01:00,y,tcp,a,1,->,b,2,S,0,0,1,2,1,')],
  ['nfdump', lines('ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt', '2019-08-12 18:50:46,2019-08-12 18:50:48,2.809,10.33.116.13,10.0.0.1,6672,443,TCP,.AP.S.,0,0,6000,1209000', '2019-08-12 18:50:46,2019-08-12 18:50:40,18446744073709540.000,10.33.116.13,10.0.0.1,0,2048,1,......,0,0,  3,4', 'Summary', 'flows,bytes,packets,avg_bps,avg_pps,avg_bpp', '2,2,2,2,2,2')],
  ['ugr16', lines('2016-07-27 13:43:30,1.500,42.219.154.107,143.72.8.137,59212,53,UDP,.A....,0,0,1,72,background', '2016-07-27 13:43:30,0.000,42.219.154.107,143.72.8.137,1,53,TCP,.A..S.,0,0,1,72,dos')],
  ['ugr16, NetShare', lines('srcip,dstip,srcport,dstport,proto,ts,td,pkt,byt,type', '1730436467,719036359,0,0,ICMP,1458298072364000.0,305.636,62,1736,background', '1,2,3,4,TCP,5,6,7,8,blacklist')],
  ['lanlAuth', lines('1,U101@DOM1,C1862$@DOM1,C1862,C1862,?,?,AuthMap,Success', '1,U10@DOM1,U10@DOM1,C62,C528,Kerberos,Network,LogOn,Success', '1,ANONYMOUS LOGON@C586,ANONYMOUS LOGON@C586,C1250,C586,NTLM,Network,LogOn,Success', '', 'x,U1@?,U1@DOM1,C1,TGT,MICROSOFT_AUTHENTI,?,TGS,Fail', '2,U1@DOM1,U1', '3,U1@DOM1,U1@DOM1,C1,C2,Kerberos,Network,LogOn,Success,more')],
  ['lanlAuth, accounts cut', lines('time,src_user,src_domain,dst_user,dst_domain,src_pc,dst_pc,auth_type,logon_type,auth_orient,success,is_red', '725487,U3604,DOM1,U3604,DOM1,C467,C467,?,Network,LogOff,Success,0', '725488,U3,?,U3,DOM1,C4,C467,?,Network,LogOff,Fail,1', 'cut')],
  ['zeekTsv, kerberos', lines('#separator \\x09', '#path\tkerberos', '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\trequest_type\tclient\tservice\tsuccess', '#types\ttime\tstring\taddr\tport\taddr\tport\tstring\tstring\tstring\tbool',
    '1.5\tC1\t10.0.0.1\t5000\t10.0.0.2\t88\tAS\tann/CORP\tkrbtgt/CORP\tF', '1.6\tC2\t10.0.0.1\t5001\t10.0.0.2\t88\tTGS\thost/web\\x2f1/CORP\t-\tT')],
  ['flexfringeCsv', lines('timestamp,id:src,id:dst,symb:proto,symb:bytes,num,type:label', '0.616,10.0.1.11,192.168.1.1,17,0,87,benign', '0.7,10.0.1.11,192.168.1.2,6,1,x,malicious', '1')],
];
