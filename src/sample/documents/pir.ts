import { createHash } from 'node:crypto';

export const PIR_FILE = 'pir/ms-2024-09-preliminary.md';

/**
 * The vendor's review of the incident retold from public facts (see the catalogue's sources), under the headings that vendors
 * use. It is a preliminary stage: that is the stage that was read.
 */
export const PIR_TEXT = `# Preliminary Post Incident Review (PIR) - Multiple services - Partially incomplete log data

> Retold for this sample tenant from public reporting. No tracking id is known. Times are UTC.

## What happened?

From around 23:00 UTC on 2 September 2024, log data of several cloud services was partially incomplete. An internal monitoring agent stopped uploading part of what it had collected. Only the collection of log events was affected: services themselves stayed up, and no sign of a compromise was found. No share of lost records is given.

A workaround began on 19 September 2024. From then on completeness improved, and some data arrived late. For some services the loss continued until 3 October 2024.

### Affected services

- **Microsoft Entra**: sign-in logs and activity logs were potentially incomplete. Entra logs that flow through Azure Monitor into Microsoft Sentinel, Microsoft Purview and Microsoft Defender for Cloud were affected with them.
- **Azure Logic Apps**: intermittent gaps in telemetry in Log Analytics, resource logs and diagnostic settings.
- **Azure Healthcare APIs**: diagnostic logs were partially incomplete.
- **Microsoft Sentinel**: potential gaps in security-related logs or events, which limit analysis, threat detection and the creation of alerts.
- **Azure Monitor**: gaps or fewer results in queries over log data from affected services; log alerts on that data may have been affected.
- **Azure Trusted Signing**: SignTransaction and SignHistory logs were partially incomplete, with fewer signing records and less billed than used.
- **Azure Virtual Desktop**: Application Insights logs were partially incomplete. Connectivity and the main functions were not affected.
- **Power Platform**: minor discrepancies in reports, data exports and activity logging.

## What do we know so far?

A change in the log collection service dealt with a limit in that service. While agents were still dispatching to their first endpoint they were told to change the upload endpoint in quick succession. That exposed a deadlock: threads of the dispatching component stopped one after another, and uploads ceased agent by agent.

Collection and writing to the agent's local durable cache went on. A restart of the agent or of its operating system clears the deadlock and uploads what the cache holds. Where more was collected than the cache could hold before a restart, the oldest data was overwritten and cannot be recovered.

Deployment was staged as prescribed; the new problem was not seen by it, and it took days to find.

## How did we respond?

- Around 23:00 UTC on 2 September 2024 - Impact began
- 5 September 2024 - The problem was detected
- 19 September 2024 - Periodic restarts of agents and servers began as a workaround; some logs came with extra latency or late
- 3 October 2024 - Last day of missing data that is reported, for some services
- October 2024 - Customers were notified

## How are we making incidents like this less likely or less impactful?

- The service change was rolled back (Completed).
- An updated agent that does not deadlock is rolled out to all services and regions (In progress).
- Uploads that fall behind collection will raise an alarm (Planned).

## How can customers make incidents like this less impactful?

- Compare the volume of each log source with the same weekday of earlier weeks, on the time of the event and not on the time of arrival.
- Re-run detections over the affected time once late data has arrived.

## How can we make our incident communications more useful?

A notice that was not received is no evidence that nothing was lost: at least two organisations with missing logs are reported to have had none.
`;

export const PIR_SHA256 = createHash('sha256').update(PIR_TEXT, 'utf8').digest('hex');
