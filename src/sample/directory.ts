/**
 * Alderwick, a hospital group that exists nowhere: its people, addresses, applications and machines. Addresses come from the
 * ranges set apart for documentation and benchmarks (RFC 5737, RFC 2544), names of hosts from `.example` (RFC 2606).
 */
import { hashText, seededRandom } from '../base/random';

export const DOMAIN = 'alderwick.example';
export const TENANT = guidOf('tenant');
export const SUBSCRIPTION = guidOf('subscription');

/** A GUID that is always the same for the same text. */
export function guidOf(text: string): string {
  const hex = (salt: string) => hashText(`${salt}:${text}`).toString(16).padStart(8, '0');
  const [a, b, c, d] = [hex('a'), hex('b'), hex('c'), hex('d')];
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-8${c.slice(1, 4)}-${c.slice(4)}${d}`;
}

const GIVEN =
  'Anna Lukas Marie Jakob Lena Paul Sophie Felix Laura Tobias Julia Stefan Katharina Markus Eva Andreas Nora Martin Clara David Ines Georg Lea Simon Mira Oliver Elif Thomas Hanna Milan'.split(
    ' ',
  );
const FAMILY =
  'Gruber Huber Wagner Pichler Moser Mayer Hofer Leitner Berger Fuchs Eder Fischer Schmid Winkler Weber Schneider Reiter Schwarz Novak Horvat Kovacs Yilmaz Steiner Brunner Auer Lang Binder Wolf Haas Lechner'.split(
    ' ',
  );
const DEPARTMENTS = [
  'Nursing',
  'Radiology',
  'Cardiology',
  'Finance',
  'IT Operations',
  'Laboratory',
  'Research',
  'Reception',
];

export interface Person {
  readonly name: string;
  readonly upn: string;
  readonly id: string;
  readonly department: string;
}

function makePeople(): Person[] {
  const random = seededRandom(4711);
  const taken = new Set<string>();
  const people: Person[] = [];
  while (people.length < 360) {
    const given = GIVEN[Math.floor(random() * GIVEN.length)]!;
    const family = FAMILY[Math.floor(random() * FAMILY.length)]!;
    const account = `${given}.${family}`.toLowerCase();
    if (taken.has(account)) continue;
    taken.add(account);
    const department = DEPARTMENTS[Math.floor(random() * DEPARTMENTS.length)]!;
    people.push({ name: `${given} ${family}`, upn: `${account}@${DOMAIN}`, id: guidOf(account), department });
  }
  return people;
}

/** Everybody who works there; the last ones are the administrators. */
export const people: readonly Person[] = [
  ...makePeople(),
  ...['ops.admin', 'identity.admin', 'cloud.admin', 'break.glass'].map((account) => ({
    name: account,
    upn: `${account}@${DOMAIN}`,
    id: guidOf(account),
    department: 'IT Operations',
  })),
];
/** How many of `people` show up by chance; those after it act only where the story says so. */
export const EVERYDAY_PEOPLE = people.length - 1;
/** Administrators, by place in `people`. */
export const ADMIN = {
  ops: people.length - 4,
  identity: people.length - 3,
  cloud: people.length - 2,
  breakGlass: people.length - 1,
};

export interface Place {
  readonly city: string;
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
}
const place = (city: string, country: string, latitude: number, longitude: number): Place => ({
  city,
  country,
  latitude,
  longitude,
});
const HOMES: readonly Place[] = [
  place('Vienna', 'AT', 48.21, 16.37),
  place('Vienna', 'AT', 48.19, 16.34),
  place('Graz', 'AT', 47.07, 15.44),
  place('Linz', 'AT', 48.31, 14.29),
  place('Bratislava', 'SK', 48.15, 17.11),
  place('Brno', 'CZ', 49.2, 16.61),
  place('Munich', 'DE', 48.14, 11.58),
];
/** Where nobody of the tenant is. */
const AWAY: readonly Place[] = [
  place('Fortaleza', 'BR', -3.73, -38.52),
  place('Surabaya', 'ID', -7.25, 112.75),
  place('Durban', 'ZA', -29.86, 31.02),
  place('Halifax', 'CA', 44.65, -63.58),
];

export interface Address {
  readonly ip: string;
  readonly place: Place;
  /** Autonomous system number. */
  readonly asn: string;
}

const offices: readonly Address[] = ['192.0.2.10', '192.0.2.11', '192.0.2.74'].map((ip) => ({
  ip,
  place: HOMES[0]!,
  asn: '64500',
}));
const homes: readonly Address[] = people.map((_, i) => ({
  ip: `198.18.${Math.floor(i / 200) + 4}.${(i % 200) + 20}`,
  place: HOMES[(hashText(`home${i}`) >>> 4) % HOMES.length]!,
  asn: i % 3 === 0 ? '64512' : '64520',
}));
const clouds: readonly Address[] = Array.from({ length: 24 }, (_, i) => ({
  ip: `198.19.60.${i + 4}`,
  place: place('Amsterdam', 'NL', 52.37, 4.9),
  asn: '64530',
}));
const attackers: readonly Address[] = Array.from({ length: 24 }, (_, i) => ({
  ip: i % 2 ? `203.0.113.${20 + i}` : `198.51.100.${40 + i}`,
  place: AWAY[i % AWAY.length]!,
  asn: '64666',
}));

/** Every address that occurs: offices, homes (one per person), clouds, then the attackers' own. */
export const addresses: readonly Address[] = [...offices, ...homes, ...clouds, ...attackers];
export const OFFICE = 0;
export const OFFICES = offices.length;
export const homeOf = (person: number): number => OFFICES + person;
export const CLOUD = OFFICES + homes.length;
export const CLOUDS = clouds.length;
/** Place of attacker address `i`, 0–23, in `addresses`. */
export const attackerAddress = (i: number): number => CLOUD + CLOUDS + i;

export const ips = addresses.map((a) => a.ip);
export const countries = addresses.map((a) => a.place.country);
export const asns = addresses.map((a) => a.asn);
export const locationDetails = addresses.map(({ place: p }) => ({
  city: p.city,
  state: p.city,
  countryOrRegion: p.country,
  geoCoordinates: { latitude: p.latitude, longitude: p.longitude },
}));
export const upns = people.map((p) => p.upn);
export const names = people.map((p) => p.name);
export const userIds = people.map((p) => p.id);

export interface App {
  readonly name: string;
  readonly id: string;
}
const app = (name: string): App => ({ name, id: guidOf(`app ${name}`) });
/** Applications that people sign in to. */
export const apps: readonly App[] = [
  'Office Portal',
  'Outlook Web',
  'Teams',
  'SharePoint',
  'Ward Board',
  'Patient Registry',
  'Lab Results',
  'Azure Portal',
  'Azure CLI',
  'Time Sheets',
  'Legacy Mail',
].map(app);
export const appAt = (name: string): number => apps.findIndex((a) => a.name === name);

/** Service principals of the tenant. */
export const services: readonly App[] = [
  'ward-board-sync',
  'lab-results-import',
  'backup-runner',
  'payroll-export',
  'patient-portal-api',
  'device-inventory',
  'terraform-pipeline',
  'monitoring-reader',
  'archive-mover',
  'signing-pipeline',
  'mail-archiver',
  'invoice-reader',
].map(app);
export const serviceAt = (name: string): number => services.findIndex((a) => a.name === name);

export const hosts: readonly string[] = Array.from(
  { length: 48 },
  (_, i) => `${['wrk', 'srv', 'vdi', 'lab'][i % 4]}-${String(i + 1).padStart(3, '0')}.${DOMAIN}`,
);

/** A resource id as the platform writes it: lower case. */
export const resource = (group: string, type: string, name: string): string =>
  `/subscriptions/${SUBSCRIPTION}/resourcegroups/${group}/providers/${type}/${name}`.toLowerCase();
