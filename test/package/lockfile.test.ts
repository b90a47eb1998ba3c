import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

interface Locked {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

it('the lockfile holds every optional package, without which npm ci refuses it', () => {
  // npm leaves out a platform's package that the registry at hand does not carry; the lockfile is for all platforms.
  const lock = JSON.parse(readFileSync(resolve(__dirname, '../../package-lock.json'), 'utf8'));
  const packages = lock.packages as Readonly<Record<string, Locked>>;
  const missing = Object.entries(packages).flatMap(([path, p]) =>
    Object.keys(p.optionalDependencies ?? {})
      .filter((name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`])
      .map((name) => `${path} → ${name}`),
  );
  expect(missing).toEqual([]);
});
