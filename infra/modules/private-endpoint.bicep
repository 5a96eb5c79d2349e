/* The private address of one service, and its name in DNS. */
import { Deployment, resourceName } from '../types.bicep'

@description('Names, place and tags.')
param deployment Deployment

@description('What the endpoint is called within the deployment, after the service.')
param service string

@description('Resource id of the service.')
param serviceId string

@description('The part of the service that is reached, as Private Link names it.')
param groupId string

@description('Resource id of the DNS zone that its name stands in.')
param zoneId string

@description('Subnet that the endpoint stands in.')
param subnetId string

resource endpoint 'Microsoft.Network/privateEndpoints@2026-03-01' = {
  name: '${resourceName('pep', deployment)}-${service}'
  location: deployment.location
  tags: deployment.tags
  properties: {
    customNetworkInterfaceName: '${resourceName('nic', deployment)}-${service}'
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      {
        name: service
        properties: {
          privateLinkServiceId: serviceId
          groupIds: [groupId]
        }
      }
    ]
  }

  resource name 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: service, properties: { privateDnsZoneId: zoneId } }]
    }
  }
}
