import './activation';
import './timeline';
import { runAll } from './runner';
export async function run(): Promise<void> { const r = await runAll(90000); console.log(`in-host: ${r.passed} passed, ${r.failed} failed`); }
