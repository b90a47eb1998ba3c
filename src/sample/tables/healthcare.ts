/** Health data services: FHIR, DICOM, MedTech. Their tables have no time but the platform's. */
import { MINUTE, type Span } from '../../base/time';
import { billedSize, fixed, json, numbers, sharedId, words } from '../columns';
import { attackerAddress, homeOf, ips, OFFICE, people, resource, services, TENANT } from '../directory';
import type { Draw, SourceModel, TableExport } from '../model';
import { weighted, zipf } from '../noise';

const CLINICIANS = 90;
const callers = [
  ...people.slice(0, CLINICIANS).map((p) => ({ oid: p.id, upn: p.upn })),
  ...services.slice(0, 6).map((s) => ({ appid: s.id, name: s.name })),
];
export const APP_CALLER = CLINICIANS;
const byCaller = weighted([...zipf(CLINICIANS, 0.4), ...zipf(6, 0.3).map((w) => w * 6)]);
const caller: Draw = { name: 'caller', pick: (_, { random }) => byCaller(random) };
const address: Draw = {
  name: 'address',
  pick: (i, { draws }) => (draws['caller']![i]! % 4 === 1 ? homeOf(draws['caller']![i]!) : OFFICE + 2),
};

const FHIR_RESOURCES = ['Patient', 'Observation', 'Encounter', 'MedicationRequest', 'DiagnosticReport', 'Bundle'];
export const fhirResourceAt = (name: string): number => FHIR_RESOURCES.indexOf(name);
const FHIR_OPERATIONS = ['read', 'search-type', 'create', 'update', 'history-type', 'export'];
export const fhirOperationAt = (name: string): number => FHIR_OPERATIONS.indexOf(name);
const byResource = weighted([26, 36, 14, 10, 12, 2]);
const byOperation = weighted([48, 30, 12, 9, 1, 0]);
const STATUS = [200, 201, 403, 404, 500];
const byStatus = weighted([90, 6, 1.2, 2.2, 0.4]);
const FHIR = resource('rg-health', 'microsoft.healthcareapis/workspaces', 'alderwick/fhirservices/records');

const fhir: SourceModel = {
  id: 'MicrosoftHealthcareApisAuditLogs',
  rate: 60,
  shape: 'ward',
  k: 20,
  daySd: 0.068,
  delay: { median: (6 * MINUTE) as Span, sigma: 0.5 },
  bytes: 1400,
  draws: [
    caller,
    address,
    { name: 'resource', pick: (_, { random }) => byResource(random) },
    { name: 'operation', pick: (_, { random }) => byOperation(random) },
    { name: 'status', pick: (_, { random }) => byStatus(random) },
    { name: 'duration', pick: (_, { random }) => 8 + Math.floor(900 * random() ** 4) },
  ],
  columns: [
    json('CallerIdentity', 'caller', callers),
    words(
      'CallerIdentityObjectId',
      'caller',
      callers.map((c) => ('oid' in c ? c.oid! : c.appid!)),
    ),
    words('CallerIPAddress', 'address', ips),
    words('FhirResourceType', 'resource', FHIR_RESOURCES),
    words('OperationName', 'operation', FHIR_OPERATIONS),
    words(
      'RequestUri',
      'resource',
      FHIR_RESOURCES.map((r) => `https://records.fhir.alderwick.example/${r}`),
    ),
    numbers('StatusCode', 'int', 'status', STATUS),
    words('ResultType', 'status', ['Succeeded', 'Succeeded', 'Failed', 'Failed', 'Failed']),
    numbers('OperationDuration', 'int', 'duration'),
    sharedId('CorrelationId', 'MicrosoftHealthcareApisAuditLogs request', 1.5),
    fixed('LogCategory', 'AuditLogs'),
    fixed('_ResourceId', FHIR),
    fixed('TenantId', TENANT),
    billedSize(1400),
  ],
};
export const FHIR_THIEF = attackerAddress(12);

const DICOM = resource('rg-health', 'microsoft.healthcareapis/workspaces', 'alderwick/dicomservices/imaging');
const DICOM_OPERATIONS = ['store', 'retrieve-instance', 'search-for-studies', 'retrieve-metadata', 'delete-study'];
const dicomOperation: Draw = {
  name: 'operation',
  pick: (_, { random }) => weightedDicom(random),
};
const weightedDicom = weighted([34, 30, 24, 11.7, 0.3]);
const failed: Draw = { name: 'failed', pick: (_, { random }) => (random() < 0.02 ? 1 : 0) };

const dicomAudit: SourceModel = {
  id: 'AHDSDicomAuditLogs',
  rate: 2,
  shape: 'ward',
  k: 16,
  daySd: 0.075,
  delay: { median: (7 * MINUTE) as Span, sigma: 0.5 },
  bytes: 1100,
  draws: [caller, dicomOperation, failed],
  columns: [
    words('OperationName', 'operation', DICOM_OPERATIONS),
    json('Identity', 'caller', callers),
    words('ResultType', 'failed', ['Success', 'Failure']),
    numbers('StatusCode', 'int', 'failed', [200, 409]),
    words(
      'Uri',
      'operation',
      DICOM_OPERATIONS.map((o) => `https://imaging.dicom.alderwick.example/v1/${o}`),
    ),
    sharedId('CorrelationId', 'AHDSDicomAuditLogs request', 1.5),
    fixed('_ResourceId', DICOM),
    billedSize(1100),
  ],
};

const dicomDiagnostics: SourceModel = {
  id: 'AHDSDicomDiagnosticLogs',
  rate: 2,
  shape: 'ward',
  k: 15,
  daySd: 0.075,
  delay: { median: (7 * MINUTE) as Span, sigma: 0.5 },
  bytes: 900,
  draws: [dicomOperation, failed],
  columns: [
    words('OperationName', 'operation', DICOM_OPERATIONS),
    words('LogLevel', 'failed', ['Information', 'Warning']),
    words('Message', 'failed', ['Request completed.', 'The attribute (0010,0020) failed validation.']),
    sharedId('CorrelationId', 'AHDSDicomDiagnosticLogs request', 1.5),
    fixed('_ResourceId', DICOM),
    billedSize(900),
  ],
};

/** The MedTech connector: the resource whose diagnostic setting the customer removes. */
export const MEDTECH = resource('rg-health', 'microsoft.healthcareapis/workspaces', 'alderwick/iotconnectors/vitals');
const STAGES = ['Normalization', 'Grouping', 'FhirConversion', 'Upload'];
const medTech: SourceModel = {
  id: 'AHDSMedTechDiagnosticLogs',
  rate: 20,
  shape: 'flat',
  k: 20,
  daySd: 0.067,
  delay: { median: (6 * MINUTE) as Span, sigma: 0.5 },
  bytes: 800,
  draws: [{ name: 'stage', pick: (_, { random }) => Math.floor(random() * STAGES.length) }, failed],
  columns: [
    words('OperationName', 'stage', STAGES),
    words('LogType', 'failed', ['Information', 'Error']),
    words('Message', 'failed', ['Processed a batch of measurements.', 'Device message without a patient reference.']),
    fixed('_ResourceId', MEDTECH),
    billedSize(800),
  ],
};

export const healthcareTables: readonly TableExport[] = [
  {
    table: 'MicrosoftHealthcareApisAuditLogs',
    path: 'MicrosoftHealthcareApisAuditLogs',
    format: 'ndjson.gz',
    monthly: true,
    ingestionColumn: '_TimeReceived',
    eventColumn: null,
    sources: [fhir],
  },
  {
    table: 'AHDSDicomAuditLogs',
    path: 'AHDSDicomAuditLogs.csv',
    format: 'csv',
    monthly: false,
    ingestionColumn: '$IngestionTime',
    eventColumn: null,
    sources: [dicomAudit],
  },
  {
    table: 'AHDSDicomDiagnosticLogs',
    path: 'AHDSDicomDiagnosticLogs.csv',
    format: 'csv',
    monthly: false,
    ingestionColumn: '_TimeReceived',
    eventColumn: null,
    sources: [dicomDiagnostics],
  },
  {
    table: 'AHDSMedTechDiagnosticLogs',
    path: 'AHDSMedTechDiagnosticLogs',
    format: 'ndjson.gz',
    monthly: true,
    ingestionColumn: '_TimeReceived',
    eventColumn: null,
    sources: [medTech],
  },
];
