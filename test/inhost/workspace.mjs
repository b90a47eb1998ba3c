// A workspace small enough for the in-host tests: ten weeks of one log source, in which a day is missing, and a review.
import fs from 'node:fs';
import path from 'node:path';

const HOUR = 3_600_000;
const FROM = Date.UTC(2024, 6, 22);
const TO = Date.UTC(2024, 8, 30);
const LOST = [Date.UTC(2024, 8, 10, 3), Date.UTC(2024, 8, 11, 3)];

/** A small generator of numbers in [0, 1), the same on every machine. */
function chance(seed) {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 4294967296;
  };
}

function signins() {
  const random = chance(7);
  const lines = ['TimeGenerated,Id,UserPrincipalName,IPAddress,ResultType,AppDisplayName'];
  for (let hour = FROM; hour < TO; hour += HOUR) {
    const day = 12 + 6 * Math.sin(((hour / HOUR) % 24) / 3.82);
    const rows = Math.round(day + (random() + random() - 1) * 5);
    for (let i = 0; i < rows; i++) {
      const at = hour + Math.floor(((i + random()) / rows) * HOUR);
      if (at >= LOST[0] && at < LOST[1]) continue;
      const user = Math.floor(random() * 40);
      const id = `${hour.toString(16)}-${i}`;
      lines.push(
        `${new Date(at).toISOString()},${id},user${user}@example.com,192.0.2.${user},${random() < 0.9 ? 0 : 50126},Portal`,
      );
    }
  }
  lines.splice(100, 0, 'this line,is broken');
  return `${lines.join('\n')}\n`;
}

const REVIEW = `pir: 1
id: ms-test
title: Sign-in logs lost for a day
vendor: microsoft
vendorIds: [TEST-1]
stage: final
review: draft
windows:
  w-001:
    service: Microsoft Entra ID
    sources: [SigninLogs]
    kind: loss
    start: "2024-09-10T03:00Z"
    end: "2024-09-11T03:00Z"
    claims: [c-001]
claims:
  c-001:
    text: Sign-in logs were lost for a day.
    kind: loss
    results: {}
`;

const QUERY = `SigninLogs
| where TimeGenerated between (datetime(2024-09-01) .. datetime(2024-09-20))
| where ResultType != "0"
| summarize failures = count() by bin(TimeGenerated, 1d)
`;

export function writeWorkspace(folder) {
  const write = (name, text) => {
    const target = path.join(folder, name);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, text);
  };
  write('logs/SigninLogs.csv', signins());
  write('ms-test.pir.yaml', REVIEW);
  write('queries/signins.kql', QUERY);
}
