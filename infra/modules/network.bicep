/* Optional: the network that the application reaches its services through. */
import { Deployment, resourceName } from '../types.bicep'

@description('Names, place and tags.')
param deployment Deployment

@description('Resource id of the workspace that diagnostics go to.')
param workspaceId string

@description('Addresses of the network, at least a /24.')
param addressPrefix string

@description('Zones that private endpoints are found in, one a service. Cosmos DB, Service Bus and Redis name theirs the same in every cloud but China.')
var zoneNames = {
  blob: 'privatelink.blob.${az.environment().suffixes.storage}'
  queue: 'privatelink.queue.${az.environment().suffixes.storage}'
  table: 'privatelink.table.${az.environment().suffixes.storage}'
  cosmos: 'privatelink.documents.azure.com'
  serviceBus: 'privatelink.servicebus.windows.net'
  keyVault: 'privatelink${replace(az.environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'
  cache: 'privatelink.redis.azure.net'
}

resource appRules 'Microsoft.Network/networkSecurityGroups@2026-03-01' = {
  name: '${resourceName('nsg', deployment)}-app'
  location: deployment.location
  tags: deployment.tags
}

resource endpointRules 'Microsoft.Network/networkSecurityGroups@2026-03-01' = {
  name: '${resourceName('nsg', deployment)}-endpoints'
  location: deployment.location
  tags: deployment.tags
  properties: {
    securityRules: [
      {
        name: 'deny-internet'
        properties: {
          description: 'Private endpoints answer to the network only.'
          priority: 100
          direction: 'Inbound'
          access: 'Deny'
          protocol: '*'
          sourceAddressPrefix: 'Internet'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

resource outboundAddress 'Microsoft.Network/publicIPAddresses@2026-03-01' = {
  name: resourceName('pip', deployment)
  location: deployment.location
  tags: deployment.tags
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static' }
}

// Webhooks leave by one address, which receivers may allow by name.
resource nat 'Microsoft.Network/natGateways@2026-03-01' = {
  name: resourceName('ng', deployment)
  location: deployment.location
  tags: deployment.tags
  sku: { name: 'Standard' }
  properties: {
    idleTimeoutInMinutes: 4
    publicIpAddresses: [{ id: outboundAddress.id }]
  }
}

resource network 'Microsoft.Network/virtualNetworks@2026-03-01' = {
  name: resourceName('vnet', deployment)
  location: deployment.location
  tags: deployment.tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 25, 0)
          defaultOutboundAccess: false
          delegations: [{ name: 'functions', properties: { serviceName: 'Microsoft.App/environments' } }]
          natGateway: { id: nat.id }
          networkSecurityGroup: { id: appRules.id }
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 2)
          defaultOutboundAccess: false
          networkSecurityGroup: { id: endpointRules.id }
          privateEndpointNetworkPolicies: 'NetworkSecurityGroupEnabled'
        }
      }
    ]
  }

  resource appSubnet 'subnets' existing = {
    name: 'app'
  }

  resource endpointSubnet 'subnets' existing = {
    name: 'endpoints'
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in items(zoneNames): {
    name: zone.value
    location: 'global'
    tags: deployment.tags
  }
]

resource zoneLinks 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, index) in items(zoneNames): {
    parent: zones[index]
    name: network.name
    location: 'global'
    tags: deployment.tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: network.id }
    }
  }
]

#disable-next-line use-recent-api-versions // The one stable version, of 2016, has neither names nor category groups.
resource networkDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: network
  properties: {
    workspaceId: workspaceId
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

#disable-next-line use-recent-api-versions // The one stable version, of 2016, has neither names nor category groups.
resource addressDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: outboundAddress
  properties: {
    workspaceId: workspaceId
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

@description('Subnet that the application runs in.')
output appSubnetId string = network::appSubnet.id

@description('Subnet that private endpoints stand in.')
output endpointSubnetId string = network::endpointSubnet.id

@description('The one address that calls leave by.')
output outboundIpAddress string = outboundAddress.properties.ipAddress

@description('Resource ids of the DNS zones, by the service whose private names stand in them.')
output zoneIds { *: string } = toObject(
  range(0, length(zoneNames)),
  (index) => items(zoneNames)[index].key,
  (index) => resourceId('Microsoft.Network/privateDnsZones', items(zoneNames)[index].value)
)
