/* Optional: a cache in front of the database. It authenticates by identity only. */
import { AppIdentity, Deployment, resourceName } from '../types.bicep'

@description('Names, place and tags.')
param deployment Deployment

@description('The identity that reads and writes.')
param identity AppIdentity

@description('Resource id of the workspace that diagnostics go to.')
param workspaceId string

@description('Reachable through private endpoints only.')
param privateNetwork bool

@description('Keeps a replica, so that maintenance does not empty the cache.')
param highAvailability bool

resource cluster 'Microsoft.Cache/redisEnterprise@2026-09-01' = {
  name: resourceName('redis', deployment)
  location: deployment.location
  tags: deployment.tags
  sku: { name: 'Balanced_B0' }
  properties: {
    highAvailability: highAvailability ? 'Enabled' : 'Disabled'
    minimumTlsVersion: '1.2'
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
  }
}

resource database 'Microsoft.Cache/redisEnterprise/databases@2026-09-01' = {
  parent: cluster
  name: 'default'
  properties: {
    accessKeysAuthentication: 'Disabled'
    clientProtocol: 'Encrypted'
    clusteringPolicy: 'EnterpriseCluster'
    evictionPolicy: 'AllKeysLRU'
    port: 10000
  }
}

resource dataAccess 'Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments@2026-09-01' = {
  parent: database
  name: 'application'
  properties: {
    accessPolicyName: 'default'
    user: { objectId: identity.principalId }
  }
}

#disable-next-line use-recent-api-versions // The one stable version, of 2016, has neither names nor category groups.
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: cluster
  properties: {
    workspaceId: workspaceId
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

@description('Resource id of the cluster.')
output clusterId string = cluster.id

@description('Address of the cache. It holds no secret: connecting needs the identity.')
output url string = 'rediss://${cluster.properties.hostName}:${database.properties.port}'
