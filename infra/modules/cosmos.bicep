/* The database. Its containers are the ones that the application declares. */
import { Deployment, resourceName } from '../types.bicep'

@description('Names, place and tags.')
param deployment Deployment

@description('Object id of the identity that reads and writes.')
param principalId string

@description('Resource id of the workspace that diagnostics go to.')
param workspaceId string

@description('Reachable through private endpoints only.')
param privateNetwork bool

@description('Request units a second that the database may grow to, shared by its containers; it shrinks to a tenth. 0 for serverless, which cannot be changed later.')
param autoscaleMaxThroughput int

@description('Replicas in three availability zones.')
param zoneRedundant bool

@description('How far back the account can be restored to any second.')
param backupTier 'Continuous7Days' | 'Continuous30Days'

@description('Database and containers, made from the declarations in the application.')
var data = loadJsonContent('../data/cosmos.json')

@description('Built-in role Cosmos DB Built-in Data Contributor: items and queries, no accounts, databases or keys.')
var dataContributor = '00000000-0000-0000-0000-000000000002'

resource account 'Microsoft.DocumentDB/databaseAccounts@2026-03-15' = {
  name: resourceName('cosmos', deployment)
  location: deployment.location
  tags: deployment.tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    capabilities: autoscaleMaxThroughput == 0 ? [{ name: 'EnableServerless' }] : []
    locations: [{ locationName: deployment.location, failoverPriority: 0, isZoneRedundant: zoneRedundant }]
    consistencyPolicy: { defaultConsistencyLevel: 'Session' }
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
    backupPolicy: {
      type: 'Continuous'
      continuousModeProperties: { tier: backupTier }
    }
  }
}

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2026-03-15' = {
  parent: account
  name: data.database
  tags: deployment.tags
  properties: {
    resource: { id: data.database }
    options: autoscaleMaxThroughput == 0 ? {} : { autoscaleSettings: { maxThroughput: autoscaleMaxThroughput } }
  }
}

resource containers 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2026-03-15' = [
  for container in data.containers: {
    parent: database
    name: container.id
    tags: deployment.tags
    properties: { resource: container }
  }
]

resource dataAccess 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2026-03-15' = {
  parent: account
  name: guid(account.id, data.database, dataContributor)
  properties: {
    principalId: principalId
    roleDefinitionId: '${account.id}/sqlRoleDefinitions/${dataContributor}'
    scope: '${account.id}/dbs/${database.name}'
  }
}

#disable-next-line use-recent-api-versions // The one stable version, of 2016, has neither names nor category groups.
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    logs: [
      { category: 'ControlPlaneRequests', enabled: true }
      { category: 'QueryRuntimeStatistics', enabled: true }
      { category: 'PartitionKeyRUConsumption', enabled: true }
    ]
    metrics: [{ category: 'Requests', enabled: true }]
  }
}

@description('Resource id of the account.')
output accountId string = account.id

@description('Name of the account.')
output accountName string = account.name

@description('Address of the account.')
output endpoint string = account.properties.documentEndpoint

@description('Name of the database.')
output databaseName string = database.name
