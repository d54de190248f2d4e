/**
 * Everything that `npm test` runs, in a network namespace whose only way out leads nowhere and counts, and whose name server
 * writes down what it is asked and knows nothing (issue 7, section 4). What is run after
 * `node tests/campaign/whole-run-network.mjs` may be another command, `npm test` by default; what it needs of the registry
 * must be there. A knock and a question of its own come first: they must be counted, else the count says nothing. Ends with 1
 * when a packet was counted or a name asked for, or with what the command ends with.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';

const INSIDE = 'CONSILIUM_COUNTED_NETWORK';
/** Addresses and names that belong to nobody (RFC 5737, RFC 3849, RFC 2606). */
const [ours, nobody, noName] = ['192.0.2.1', '198.51.100.7', 'station.invalid'];
const [oursV6, nobodyV6] = ['2001:db8::1', '2001:db8:1::7'];
const command = process.argv.length > 2 ? process.argv.slice(2) : ['npm', 'test'];

const tool = (...words) => spawnSync(words[0], words.slice(1), { encoding: 'utf8' });
/** Packets that went out by the counting device; what it sends by itself (multicast, neighbours) is switched off. */
const counted = () =>
  Number(/nowhere:(.*)/.exec(readFileSync('/proc/self/net/dev', 'utf8'))?.[1].trim().split(/\s+/)[9]);
const knock = (host) =>
  new Promise((done) => {
    const socket = connect({ host, port: 443 });
    socket.on('error', done);
    setTimeout(() => done(socket.destroy()), 500);
  });

/** Answers every question with "no such name" (RFC 1035, section 4.1) and keeps the names. */
async function nameServer() {
  const asked = new Map();
  const server = createSocket('udp4');
  server.on('message', (question, { port, address }) => {
    const labels = [];
    for (let at = 12; at < question.length && question[at] > 0; at += question[at] + 1)
      labels.push(question.toString('latin1', at + 1, at + 1 + question[at]));
    const name = labels.join('.');
    asked.set(name, (asked.get(name) ?? 0) + 1);
    const answer = Buffer.from(question);
    answer.writeUInt16BE(0x81_83, 2);
    server.send(answer, port, address);
  });
  await new Promise((ready) => server.bind(53, '127.0.0.1', ready));
  return { asked, close: () => server.close() };
}

if (process.env[INSIDE] === undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'network-'));
  const names = join(folder, 'resolv.conf');
  writeFileSync(names, `nameserver 127.0.0.1\n`);
  const script = [
    'mount --bind "$0" /etc/resolv.conf',
    'ip link set lo up',
    // A pair of ends: what goes out at one arrives at the other, which belongs to nobody.
    'ip link add nowhere type veth peer name nobody',
    ...['nowhere', 'nobody'].map((end) => `ip link set ${end} multicast off arp off addrgenmode none`),
    ...['nowhere', 'nobody'].map((end) => `ip link set ${end} up`),
    `ip addr add ${ours}/32 dev nowhere`,
    'ip route add default dev nowhere',
    // A machine without IPv6 has no way out by it.
    `{ ip addr add ${oursV6}/128 dev nowhere nodad && ip -6 route add default dev nowhere; } 2>/dev/null || true`,
    'exec "$@"',
  ].join(' && ');
  const inside = ['--net', '--mount', 'sh', '-c', script, names, process.execPath, ...process.argv.slice(1)];
  const possible =
    tool('unshare', '--net', '--mount', 'sh', '-c', 'ip link add nowhere type veth peer name nobody').status === 0;
  if (possible) {
    const { status } = spawnSync('unshare', inside, { stdio: 'inherit', env: { ...process.env, [INSIDE]: 'yes' } });
    process.exitCode = status ?? 1;
  } else console.log('NOT RUN: network namespaces with a device of their own need root, unshare(1) and ip(8).');
  rmSync(folder, { recursive: true, force: true });
} else {
  const idle = counted();
  await knock(nobody);
  const afterKnock = counted();
  await knock(nobodyV6);
  const afterKnockV6 = counted();
  const names = await nameServer();
  await lookup(noName).catch(() => undefined);
  const control = { knock: afterKnock - idle, knockV6: afterKnockV6 - afterKnock, asked: names.asked.get(noName) ?? 0 };
  names.asked.clear();
  const before = counted();
  const env = { ...process.env };
  delete env[INSIDE];
  const child = spawn(command[0], command.slice(1), { stdio: 'inherit', env });
  const code = await new Promise((done) => {
    child.on('error', () => done(1));
    child.on('exit', (ended) => done(ended ?? 1));
  });
  await after(2000);
  const packets = counted() - before;
  names.close();
  const asked = Object.fromEntries(names.asked);
  console.log(JSON.stringify({ command: command.join(' '), endedWith: code, packets, asked, control }));
  process.exitCode = packets + names.asked.size > 0 || control.knock === 0 || control.asked === 0 ? 1 : code;
}
