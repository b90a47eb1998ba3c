import type { ResultColumn } from '../protocol/records';

/**
 * Tables of Azure Resource Graph and the columns that they share, after its reference (“Understanding the Azure Resource Graph query
 * language”). They are open: each resource type brings columns of its own. Their names are read in any case.
 */
export const resourceGraphTables: readonly string[] = [
  'Resources',
  'ResourceContainers',
  'ResourceChanges',
  'ResourceContainerChanges',
  'AdvisorResources',
  'AlertsManagementResources',
  'AppServiceResources',
  'AuthorizationResources',
  'AwsResources',
  'AzureBusinessContinuityResources',
  'ChaosResources',
  'CommunityGalleryResources',
  'ComputeResources',
  'DesktopVirtualizationResources',
  'DnsResources',
  'EdgeOrderResources',
  'ElasticSanResources',
  'ExtendedLocationResources',
  'FeatureResources',
  'GuestConfigurationResources',
  'HealthResourceChanges',
  'HealthResources',
  'InsightsResources',
  'IotSecurityResources',
  'KubernetesConfigurationResources',
  'KustoResources',
  'MaintenanceResources',
  'ManagedServicesResources',
  'MigrateResources',
  'NetworkResources',
  'PatchAssessmentResources',
  'PatchInstallationResources',
  'PolicyResources',
  'QuotaResources',
  'RecoveryServicesResources',
  'SecurityResources',
  'ServiceFabricResources',
  'ServiceHealthResources',
  'SpotResources',
  'SupportResources',
  'TagsResources',
  'WorkloadMonitorResources',
];

const NAMES: ReadonlyMap<string, string> = new Map(resourceGraphTables.map((n) => [n.toLowerCase(), n]));

/** The table that a name means, as its reference writes it; null for other names. */
export const resourceGraphTable = (name: string): string | null =>
  /(?:resources|containers|changes)$/i.test(name) ? (NAMES.get(name.toLowerCase()) ?? null) : null;

const text = (name: string): ResultColumn => ({ name, type: 'string' });
const bag = (name: string): ResultColumn => ({ name, type: 'dynamic' });

export const resourceGraphColumns: readonly ResultColumn[] = [
  text('id'),
  text('name'),
  text('type'),
  text('tenantId'),
  text('kind'),
  text('location'),
  text('resourceGroup'),
  text('subscriptionId'),
  text('managedBy'),
  bag('sku'),
  bag('plan'),
  bag('properties'),
  bag('tags'),
  bag('identity'),
  bag('zones'),
  bag('extendedLocation'),
];
