import { readFileSync } from 'node:fs';

/** The protocols that have ports. */
export type PortProtocol = 'tcp' | 'udp';

/** The services of machines without a services file (most containers, Windows). */
const WELL_KNOWN = `
  echo 7/tcp
  echo 7/udp
  discard 9/tcp
  discard 9/udp
  daytime 13/tcp
  daytime 13/udp
  ftp 21/tcp
  ssh 22/tcp
  telnet 23/tcp
  smtp 25/tcp
  time 37/tcp
  time 37/udp
  domain 53/tcp
  domain 53/udp
  bootps 67/udp
  bootpc 68/udp
  tftp 69/udp
  gopher 70/tcp
  finger 79/tcp
  http 80/tcp www
  kerberos 88/tcp
  kerberos 88/udp
  pop3 110/tcp
  nntp 119/tcp
  ntp 123/udp
  imap2 143/tcp imap
  snmp 161/udp
  bgp 179/tcp
  irc 194/tcp
  ldap 389/tcp
  ldap 389/udp
  https 443/tcp
  https 443/udp
  submissions 465/tcp
  syslog 514/udp
  submission 587/tcp
  ldaps 636/tcp
  imaps 993/tcp
  pop3s 995/tcp
  ms-sql-s 1433/tcp
  mqtt 1883/tcp
  nfs 2049/tcp
  nfs 2049/udp
  mysql 3306/tcp
  ms-wbt-server 3389/tcp
  postgresql 5432/tcp postgres
  amqp 5672/tcp
  redis 6379/tcp
`;

interface Services {
  /** Ports by `name/protocol`, aliases too. */
  ports: Map<string, number>;
  /** Official names by `port/protocol`. */
  names: Map<string, string>;
}

let services: Services | null = null;

/** The port of a service, `null` for an unknown one. @python getservbyname(3) */
export function portOfService(name: string, protocol: PortProtocol): number | null {
  services ??= readServices();
  return services.ports.get(`${name}/${protocol}`) ?? null;
}

/** The name of the service at a port, `null` where there is none. @python getservbyport(3) */
export function serviceAtPort(port: number, protocol: PortProtocol): string | null {
  services ??= readServices();
  return services.names.get(`${port}/${protocol}`) ?? null;
}

function readServices(): Services {
  const found: Services = { ports: new Map(), names: new Map() };
  parseServices(servicesFile(), found);
  parseServices(WELL_KNOWN, found);
  return found;
}

function servicesFile(): string {
  const windows = `${process.env.SystemRoot ?? 'C:\\Windows'}\\System32\\drivers\\etc\\services`;
  try {
    return readFileSync(process.platform === 'win32' ? windows : '/etc/services', 'latin1');
  } catch {
    return '';
  }
}

/** Adds the lines of a services(5) file; the first entry of a name or port wins. */
function parseServices(text: string, into: Services): void {
  for (const line of text.split('\n')) {
    const [name, portAndProtocol, ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    const match = /^(\d+)\/(tcp|udp)$/.exec(portAndProtocol ?? '');
    if (name === undefined || match === null) continue;
    const [key, port, protocol] = match as unknown as [string, string, string];
    if (!into.names.has(key)) into.names.set(key, name);
    for (const alias of [name, ...aliases]) {
      const entry = `${alias}/${protocol}`;
      if (!into.ports.has(entry)) into.ports.set(entry, Number(port));
    }
  }
}
